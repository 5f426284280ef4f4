// Entry point of the chain process: node chain-program.ts <folder> <port>. Reports to its parent
// over the IPC channel, or on stderr where there is no parent; stdout stays empty. Nothing is
// imported before the handler is installed: for a fault in an import Node exits with 1, which is
// the exit code of a verdict.
import type { ChainReport } from '../adapters/local-chain/report.ts';

process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? String(error)}\n`);
  process.exit(70);
});

const { runChainProcess } = await import('./chain-process.ts');

const [, , dir, port] = process.argv;
if (dir === undefined || !/^\d{1,5}$/.test(port ?? '')) {
  process.stderr.write('usage: chain-program <folder of the chain> <port>\n');
  process.exit(2);
}

// `process.exit` would cut off a report on its way to the parent.
let delivered: Promise<unknown> = Promise.resolve();

function report(event: ChainReport): void {
  if (process.send === undefined) {
    process.stderr.write(`${JSON.stringify(event)}\n`);
    return;
  }
  // A parent that is gone is no error here: 'disconnect' ends the chain.
  delivered = new Promise((resolve) => process.send?.(event, undefined, {}, resolve));
}

const exitCode = await runChainProcess({ dir, port: Number(port), report });
await delivered;
process.exit(exitCode);
