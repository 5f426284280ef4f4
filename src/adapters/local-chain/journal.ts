import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { CHAIN_ENDINGS, CHAIN_FAULTS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { osErrorText } from '../../text/os-errors.ts';
import { isAbsent } from '../files/file-errors.ts';

/** One block to be mined: its transaction, its time, and the block before it. */
export interface JournalEntry {
  /** Time of the block, Unix seconds. */
  readonly t: number;
  /** Hash of the block before it, 0x-hex. */
  readonly parent: string;
  /** The signed transaction, 0x-hex, lower case. */
  readonly raw: string;
}

/**
 * The write-ahead journal of the chain, `transactions.jsonl`, one line a block:
 *
 *     {"t":1767225601,"parent":"0x…","raw":"0x…","crc":"90ab12cd"}
 *
 * `crc` is the CRC-32 of the line before `,"crc"`: without it an altered time in the last line, on
 * which no later block depends yet, would pass. It is no defence against intent. Every line has one
 * spelling only.
 */
export interface BlockJournal {
  /** What was on disk when it was opened. */
  readonly entries: readonly JournalEntry[];
  /** Bytes of a torn last line that were cut when it was opened. */
  readonly tornBytes: number;
  /**
   * Durable when it resolves. One call at a time. After a failure (`journal-failed`) the end of the
   * file is unknown, and so is whether a later fsync would report the truth: every further call
   * fails, and the process must end.
   */
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

const LINE = /^(\{"t":(0|[1-9]\d{0,11}),"parent":"(0x[0-9a-f]{64})","raw":"(0x[0-9a-f]+)"),"crc":"([0-9a-f]{8})"\}$/;

const checksum = (body: string) => crc32(body).toString(16).padStart(8, '0');

function formatLine({ t, parent, raw }: JournalEntry): string {
  const body = `{"t":${t},"parent":"${parent}","raw":"${raw}"`;
  return `${body},"crc":"${checksum(body)}"}\n`;
}

function parseLine(line: string): JournalEntry | undefined {
  const [, body, t, parent, raw, crc] = LINE.exec(line) ?? [];
  if (body === undefined || parent === undefined || raw === undefined || crc !== checksum(body)) return undefined;
  return { t: Number(t), parent, raw };
}

/**
 * Creates an empty journal; an existing file must be empty (`chain-exists`). Its name is durable
 * once the folder is synced.
 */
export async function createJournal(path: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    const { size: bytes } = await file.stat();
    if (bytes > 0) {
      throw new LedgerError('chain-exists', { reason: bilingual(CHAIN_FAULTS.fileNotEmpty, { file: path, bytes }) });
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Opens the journal for this process alone (the caller holds the folder's lock) and cuts a torn
 * last line: an append that a crash interrupted was not mined and not answered. A missing file is
 * not a new chain but a lost one (`chain-missing`).
 */
export async function openJournal(path: string): Promise<BlockJournal> {
  const file = await open(path, 'r+').catch((cause: unknown) => {
    if (!isAbsent(cause)) throw cause;
    throw new LedgerError('chain-missing', { reason: bilingual(CHAIN_FAULTS.journalMissing, { file: path }), cause });
  });
  try {
    const bytes = await file.readFile();
    const { entries, endByte } = scan(path, bytes.toString('latin1'));
    if (endByte < bytes.length) {
      await file.truncate(endByte);
      await file.sync();
    }
    return { entries, tornBytes: bytes.length - endByte, ...appender(path, file, endByte) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Copies the whole lines of a journal to a new file, durably, up to the first whose transaction
 * `isBeyond`: any such prefix is a chain of its own. Takes no lock and may run while the chain
 * appends; a line that is not whole yet is left out. Returns how many lines were copied.
 */
export async function copyJournal(from: string, to: string, isBeyond: (raw: string) => boolean): Promise<number> {
  const entries = await readEntries(from);
  const end = entries.findIndex(({ raw }) => isBeyond(raw));
  const kept = end === -1 ? entries : entries.slice(0, end);
  await writeFile(to, kept.map(formatLine).join(''), { flag: 'wx', mode: 0o600, flush: true });
  return kept.length;
}

/** Reads all whole lines of a journal that may be growing; throws `journal-damaged`. */
export async function readEntries(path: string): Promise<readonly JournalEntry[]> {
  return scan(path, await readFile(path, 'latin1')).entries;
}

/** The intact lines and where they end; throws if what follows them cannot be a torn append. */
function scan(path: string, text: string): { entries: JournalEntry[]; endByte: number } {
  const entries: JournalEntry[] = [];
  let endByte = 0;
  for (;;) {
    const newline = text.indexOf('\n', endByte);
    const entry = newline === -1 ? undefined : parseLine(text.slice(endByte, newline));
    if (entry === undefined) break;
    entries.push(entry);
    endByte = newline + 1;
  }
  const rest = text.slice(endByte);
  if (rest !== '' && !isTornLine(rest)) throw damagedLine(path, entries.length + 1, CHAIN_FAULTS.lineAltered);
  return { entries, endByte };
}

/**
 * Whether an interrupted append can have left this: the beginning of one line, or one line with
 * blocks that never reached the disk and read as zeros. Anything else, above all a flipped bit in a
 * line that was answered, is damage.
 */
function isTornLine(rest: string): boolean {
  const newline = rest.indexOf('\n');
  if (newline !== -1 && newline !== rest.length - 1) return false;
  if (rest.includes('\0')) return true;
  const brace = rest.indexOf('}');
  return newline === -1 && (brace === -1 || brace === rest.length - 1);
}

/** `journal-damaged` for one line, counted from 1. */
export function damagedLine(file: string, line: number, fault: Message): LedgerError {
  return new LedgerError('chain/journal-damaged', { file, line, fault });
}

function appender(path: string, file: FileHandle, endByte: number): Pick<BlockJournal, 'append' | 'close'> {
  let position = endByte;
  let failure: LedgerError | undefined;
  return {
    async append(entry) {
      if (failure) throw failure;
      try {
        position += await writeAll(file, Buffer.from(formatLine(entry), 'latin1'), position);
        await file.datasync();
      } catch (cause) {
        const reason = osErrorText(cause) ?? CHAIN_ENDINGS.internal;
        failure = new LedgerError('journal-failed', { file: path, reason, cause });
        throw failure;
      }
    },
    close: () => file.close(),
  };
}

/** A write may be short, on a full disk for instance; the next one then fails with the reason. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
  return done;
}
