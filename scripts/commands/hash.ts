import type { Command } from 'commander';
import { HASH } from '../../src/text/help.ts';
import type { Cli } from '../cli/context.ts';
import { CliFailure, EXIT } from '../cli/failure.ts';
import { digestChunks, digestFile, type FileDigest } from '../cli/file-digest.ts';
import { argumentPaths, type PathBytes, pathText } from '../cli/path-bytes.ts';

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('hash')
    .argument('<files...>', cli.say(HASH.files))
    .action(cli.action(async (files: string[]) => hashFiles(cli, argumentPaths(files))));
}

/** One file after the other, read once each. A file that cannot be read does not hold up the others. */
async function hashFiles(cli: Cli, paths: readonly PathBytes[]): Promise<number> {
  const items: object[] = [];
  let hasFailures = false;
  for (const path of paths) {
    if (cli.output.isClosed) break;
    const file = pathText(path).text;
    try {
      const { sha256, sm3, size } = await digestOf(path);
      items.push({ file, sha256, sm3, size });
      if (!cli.output.isJson) cli.output.bytes(checksumLines(path, { sha256, sm3, size }));
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      if (paths.length === 1) throw error;
      hasFailures = true;
      items.push({ file, error: { code: error.code, message: error.words[cli.lang] } });
      cli.output.say(`evl: ${error.words[cli.lang]}`, 'bad');
    }
  }
  cli.output.json({ items });
  return hasFailures ? EXIT.batchWithFailures : EXIT.ok;
}

async function digestOf(path: PathBytes): Promise<FileDigest> {
  return path.toString() === '-' ? digestChunks(process.stdin) : digestFile(path);
}

/**
 * Tagged lines as GNU coreutils writes and checks them (`sha256sum --check`, `cksum --check`): the name as its bytes are, only backslash, newline
 * and carriage return escaped, with a backslash before the line.
 */
function checksumLines(path: PathBytes, { sha256, sm3 }: FileDigest): Buffer {
  const name = path.toString('latin1');
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  const mark = escaped === name ? '' : '\\';
  return Buffer.from(`${mark}SHA256 (${escaped}) = ${sha256}\n${mark}SM3 (${escaped}) = ${sm3}\n`, 'latin1');
}
