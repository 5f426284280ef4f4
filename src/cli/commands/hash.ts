import type { Command } from 'commander';
import { pMapIterable } from 'p-map';
import { digestChunks, digestFile, type FileDigest } from '../../adapters/files/file-digest.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { HASH } from '../../text/help.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Cli } from '../shell/context.ts';
import { WorkProgress } from '../shell/work-progress.ts';
import { learnTotal } from '../tasks/total-size.ts';
import { escapedName } from '../tasks/checksum-list.ts';

const FILES_AT_ONCE = 16;
/** Results that wait for one that takes long. */
const MAX_WAITING = 4 * FILES_AT_ONCE;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('hash')
    .argument('<files...>', cli.format(HASH.files))
    .action(cli.action(async (files: string[]) => hashFiles(cli, argumentPaths(files))));
}

/**
 * Reads each file once, a few at a time, and prints in the order of the arguments. A file that
 * cannot be read does not stop the others.
 */
async function hashFiles(cli: Cli, paths: readonly PathBytes[]): Promise<number> {
  const items: object[] = [];
  let hasFailures = false;
  const files = paths.filter((path) => path.toString() !== '-');
  const progress = new WorkProgress({ files: paths.length });
  const sizes = new AbortController();
  if (files.length === paths.length && !cli.output.isJson) {
    void learnTotal(
      progress,
      files.map((path) => ({ path })),
      sizes.signal,
    );
  }
  const onBytes = (count: number) => {
    progress.addBytes(count);
    cli.output.progress(() => progress.text()[cli.lang]);
  };
  const digests = pMapIterable(paths, async (path) => digestOf(cli, path, onBytes), {
    concurrency: FILES_AT_ONCE,
    backpressure: MAX_WAITING,
  });
  for await (const { path, digest } of digests) {
    progress.addFile();
    cli.output.endProgress();
    const file = pathText(path).text;
    if (digest instanceof LedgerError) {
      if (paths.length === 1) throw digest;
      hasFailures = true;
      items.push({ file, error: { code: digest.code, message: digest.text[cli.lang] } });
      cli.output.notice(`evl: ${digest.text[cli.lang]}`, 'bad');
    } else {
      const { sha256, sm3, size } = digest;
      items.push({ file, sha256, sm3, size });
      if (!cli.output.isJson) cli.output.bytes(checksumLines(path, digest));
    }
  }
  sizes.abort();
  cli.output.json({ items });
  return hasFailures ? EXIT.batchWithFailures : EXIT.ok;
}

async function digestOf(
  cli: Cli,
  path: PathBytes,
  onBytes: (count: number) => void,
): Promise<{ path: PathBytes; digest: FileDigest | LedgerError }> {
  try {
    return {
      path,
      digest: await (path.toString() === '-' ? digestChunks(cli.stdin, onBytes) : digestFile(path, onBytes)),
    };
  } catch (error) {
    if (error instanceof LedgerError) return { path, digest: error };
    throw error;
  }
}

/**
 * Tagged lines as GNU coreutils writes and checks them (`sha256sum --check`, `cksum --check`, `evl
 * check -c`): the name as its bytes are.
 */
function checksumLines(path: PathBytes, { sha256, sm3 }: FileDigest): Buffer {
  const { mark, name } = escapedName(path);
  return Buffer.from(`${mark}SHA256 (${name}) = ${sha256}\n${mark}SM3 (${name}) = ${sm3}\n`, 'latin1');
}
