import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Command } from 'commander';
import { HASH } from '../../text/help.ts';
import { escapedName } from '../tasks/checksum-list.ts';
import type { Cli } from '../shell/context.ts';
import { digestChunks, digestFile, type FileDigest } from '../../adapters/files/file-digest.ts';
import { inOrder } from '../../client/parallel.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';

const FILES_AT_ONCE = 16;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('hash')
    .argument('<files...>', cli.format(HASH.files))
    .action(cli.action(async (files: string[]) => hashFiles(cli, argumentPaths(files))));
}

/**
 * Each file is read once, a few at a time, and said in the order of the arguments. One that cannot
 * be read does not hold up the others.
 */
async function hashFiles(cli: Cli, paths: readonly PathBytes[]): Promise<number> {
  const items: object[] = [];
  let hasFailures = false;
  for await (const { path, digest } of inOrder(paths, FILES_AT_ONCE, (file) => digestOf(cli, file))) {
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
  cli.output.json({ items });
  return hasFailures ? EXIT.batchWithFailures : EXIT.ok;
}

async function digestOf(cli: Cli, path: PathBytes): Promise<{ path: PathBytes; digest: FileDigest | LedgerError }> {
  try {
    return { path, digest: await (path.toString() === '-' ? digestChunks(cli.stdin) : digestFile(path)) };
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
