// Entry point and composition root of the chain process: node child.ts <folder> <port>. It talks to
// its parent over the IPC channel. Without one it says what it has to say on stderr; stdout stays
// empty. Nothing is imported before the handler stands: Node ends with 1, a verdict's exit code,
// for a fault in an import.
import type { ChainReport } from './report.ts';

process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? String(error)}\n`);
  process.exit(70);
});

const { runChainProcess } = await import('./process.ts');
const { acquireFileLock } = await import('../files/file-lock.ts');

const [, , dir, port] = process.argv;
if (dir === undefined || !/^\d{1,5}$/.test(port ?? '')) {
  process.stderr.write('usage: child <folder of the chain> <port>\n');
  process.exit(2);
}

// `process.exit` would cut off what is still on its way to the parent.
let delivered: Promise<unknown> = Promise.resolve();

function report(event: ChainReport): void {
  if (process.send === undefined) {
    process.stderr.write(`${JSON.stringify(event)}\n`);
    return;
  }
  // A parent that is gone is no error here: 'disconnect' ends the chain.
  delivered = new Promise((resolve) => process.send?.(event, undefined, {}, resolve));
}

const exitCode = await runChainProcess({ dir, port: Number(port), acquireLock: acquireFileLock, report });
await delivered;
process.exit(exitCode);
