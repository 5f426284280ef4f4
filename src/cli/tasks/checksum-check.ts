import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { createReadStream } from 'node:fs';
import { CHECKSUMS } from '../../text/check.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { type ChecksumAlgorithm, type ChecksumLine, checksumLines, escapedName } from './checksum-list.ts';
import { asUtf8 } from '../../adapters/files/byte-order-mark.ts';
import type { Cli } from '../shell/context.ts';
import { digestChunks, digestFile } from '../../adapters/files/file-digest.ts';
import { fileFailure, isAbsent } from '../../adapters/files/file-errors.ts';
import { pMapIterable } from 'p-map';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';

/** The options of `sha256sum --check`, with its meanings. */
export interface ListOptions {
  readonly algorithm: ChecksumAlgorithm;
  readonly quiet?: boolean;
  readonly status?: boolean;
  readonly strict?: boolean;
  readonly warn?: boolean;
  readonly ignoreMissing?: boolean;
}

const FILES_AT_ONCE = 16;
/** Results that wait for one that takes long. */
const MAX_WAITING = 4 * FILES_AT_ONCE;
/** The exit code of `sha256sum --check`, and of the verdict MISMATCH. */
const NOT_ALL_MATCH = 1;

/** Some 300,000 files; the list is read whole. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;

type FileState = 'ok' | 'failed' | 'unreadable' | 'missing';
interface CheckedFile {
  readonly file: string;
  readonly state: FileState;
  readonly algorithm: ChecksumAlgorithm;
}

/**
 * Compares files with lists of checksums. An equal checksum shows only that a file is as it was
 * when the list was made, so no verdict follows from it other than a mismatch.
 */
export async function checkLists(cli: Cli, lists: readonly PathBytes[], options: ListOptions): Promise<number> {
  const items: CheckedFile[] = [];
  let [malformed, areAllOk] = [0, true];
  for (const list of lists) {
    const checked = await checkList(cli, list, options);
    items.push(...checked.items);
    malformed += checked.malformed;
    areAllOk &&= checked.isOk;
  }
  const count = (state: FileState) => items.filter((item) => item.state === state).length;
  const counts = {
    ok: count('ok'),
    failed: count('failed'),
    unreadable: count('unreadable'),
    missing: count('missing'),
    malformed,
  };
  cli.output.json({ ok: areAllOk, verdict: counts.failed > 0 ? 'MISMATCH' : null, counts, items });
  return areAllOk ? EXIT.ok : NOT_ALL_MATCH;
}

async function checkList(
  cli: Cli,
  list: PathBytes,
  options: ListOptions,
): Promise<{ items: CheckedFile[]; malformed: number; isOk: boolean }> {
  const isFromStdin = list.toString() === '-';
  const name = isFromStdin ? cli.format(CHECKSUMS.standardInput) : pathText(list).text;
  const lines: ChecksumLine[] = [];
  let malformed = 0;
  for (const { number, line } of checksumLines(await readList(cli, list, isFromStdin), options.algorithm)) {
    // Standard input cannot be both the list and a file of it.
    if (line !== undefined && !(isFromStdin && line.file.toString() === '-')) lines.push(line);
    else {
      malformed++;
      if (options.warn === true) notice(cli, cli.format(CHECKSUMS.malformedLine, { list: name, number }));
    }
  }
  const items: CheckedFile[] = [];
  const comparisons = pMapIterable(lines, async (line) => compare(cli, line), {
    concurrency: FILES_AT_ONCE,
    backpressure: MAX_WAITING,
  });
  for await (const { state, line, problem } of comparisons) {
    const isIgnored = state === 'missing' && options.ignoreMissing === true;
    if (problem !== undefined && !isIgnored) notice(cli, problem.text[cli.lang]);
    if (!isIgnored) printResult(cli, line, state, options);
    items.push({
      file: pathText(line.file).text,
      algorithm: line.algorithm,
      state: state === 'missing' && !isIgnored ? 'unreadable' : state,
    });
  }
  const count = (state: FileState) => items.filter((item) => item.state === state).length;
  const [matched, failed, unreadable] = [count('ok'), count('failed'), count('unreadable')];
  const noneVerified = options.ignoreMissing === true && matched === 0;
  if (lines.length === 0) notice(cli, cli.format(CHECKSUMS.noLines, { list: name }));
  else if (options.status !== true) {
    warn(cli, malformed, CHECKSUMS.malformedOne, bilingual(CHECKSUMS.malformedMany, { count: malformed }));
    warn(cli, unreadable, CHECKSUMS.unreadableOne, bilingual(CHECKSUMS.unreadableMany, { count: unreadable }));
    warn(cli, failed, CHECKSUMS.mismatchOne, bilingual(CHECKSUMS.mismatchMany, { count: failed }));
    if (noneVerified) notice(cli, cli.format(CHECKSUMS.noneVerified, { list: name }));
  }
  const isStrict = options.strict === true && malformed > 0;
  return { items, malformed, isOk: lines.length > 0 && failed + unreadable === 0 && !noneVerified && !isStrict };
}

/** A file that a shell has opened already, such as the pipe of `<(command)`. */
const DESCRIPTOR = /^\/(?:dev|proc\/(?:self|[0-9]+))\/(?:fd\/[0-9]+|stdin)$/;

/**
 * Also from a pipe, as a shell gives one; a named pipe is refused and not waited for. Throws
 * `list-too-large` and `file-not-regular`.
 */
async function readList(cli: Cli, list: PathBytes, isFromStdin: boolean): Promise<Buffer> {
  const isOpen = isFromStdin || DESCRIPTOR.test(list.toString('latin1'));
  if (!isOpen) return readListFile(list);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of isFromStdin ? cli.stdin : createReadStream(list)) {
      length += (part as Buffer).length;
      if (length > MAX_LIST_BYTES) {
        throw new LedgerError('list-too-large', { list: pathText(list).text, limit: MAX_LIST_BYTES });
      }
      parts.push(part as Buffer);
    }
  } catch (error) {
    throw fileFailure('file-unreadable', list, error);
  }
  // Editors and shells of Windows write byte order marks: no part of the first checksum.
  return Buffer.from(asUtf8(Buffer.concat(parts)));
}

async function readListFile(list: PathBytes): Promise<Buffer> {
  try {
    return Buffer.from(await readBoundedFile(list, MAX_LIST_BYTES));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LedgerError('list-too-large', { list: pathText(list).text, limit: MAX_LIST_BYTES });
  }
}

interface Comparison {
  readonly line: ChecksumLine;
  readonly state: FileState;
  readonly problem?: LedgerError;
}

async function compare(cli: Cli, line: ChecksumLine): Promise<Comparison> {
  try {
    const isStdin = line.file.toString() === '-';
    const digests = isStdin ? await digestChunks(cli.stdin) : await digestFile(line.file);
    return { line, state: digests[line.algorithm] === line.digest ? 'ok' : 'failed' };
  } catch (problem) {
    if (!(problem instanceof LedgerError)) throw problem;
    return { line, state: isAbsent(problem) ? 'missing' : 'unreadable', problem };
  }
}

const RESULTS: Readonly<Record<FileState, string>> = {
  ok: 'OK',
  failed: 'FAILED',
  unreadable: 'FAILED open or read',
  missing: 'FAILED open or read',
};

function printResult(cli: Cli, { file }: ChecksumLine, state: FileState, { quiet, status }: ListOptions): void {
  if (cli.output.isJson || status === true || (quiet === true && state === 'ok')) return;
  // As sha256sum does: a backslash alone is not escaped here.
  const { mark, name } = /[\n\r]/.test(file.toString('latin1'))
    ? escapedName(file)
    : { mark: '', name: file.toString('latin1') };
  cli.output.bytes(Buffer.from(`${mark}${name}: ${RESULTS[state]}\n`, 'latin1'));
}

function warn(cli: Cli, count: number, one: Message, many: Message): void {
  if (count > 0) notice(cli, (count === 1 ? one : many)[cli.lang]);
}

function notice(cli: Cli, text: string): void {
  cli.output.notice(`evl: ${text}`);
}
