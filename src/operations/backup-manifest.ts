import { errorText } from '../text/error-text.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64, toBase64 } from '../protocol/encoding/bytes.ts';
import { parseDecimal } from '../protocol/encoding/decimal.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { integer, list, members, text, wrong } from '../protocol/encoding/shape.ts';

/**
 * `manifest.json` of a backup: the head of its log, and the digest of every file except the
 * contents, which are named by their digests and listed by the records of the journal.
 */
export interface BackupManifest {
  /** RFC 3339; for people. */
  readonly createdAt: string;
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
  /** The signed checkpoint of that head. */
  readonly note: string;
  readonly contents: number;
  readonly files: readonly BackupFile[];
}

export interface BackupFile {
  /** Below the backup, with slashes. */
  readonly path: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export const MANIFEST = 'manifest.json';
export const CHAIN_JOURNAL = 'chain/transactions.jsonl';
const FORMAT = 'evidence-ledger/backup/v1';
/** A restore writes no file of another name. */
const KNOWN_PATH =
  /^(?:trust\.json|rotations\.json|journal\/[0-9]{8}\.seg|access\/[0-9a-f-]{36}\.log|chain\/transactions\.jsonl|keys\/(?:log\.key|chain\.key|chain\.json))$/;
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 300_000;
const MAX_NOTE_BYTES = 256 * 1024;

export function manifestText({ root, size, ...manifest }: BackupManifest): string {
  return `${JSON.stringify({ format: FORMAT, size: size.toString(), root: toBase64(root), ...manifest }, null, 2)}\n`;
}

/** Fails with `backup-unreadable`. */
export async function readManifest(backup: string): Promise<BackupManifest> {
  const path = join(backup, MANIFEST);
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new LedgerError('file-not-regular', { file: path });
    const { size } = stats;
    if (size > MAX_MANIFEST_BYTES) throw wrong(`${size} bytes, should be at most ${MAX_MANIFEST_BYTES}`);
    return parseManifest(JSON.parse(await readFile(path, 'utf8')) as Json);
  } catch (cause) {
    throw new LedgerError('backup-unreadable', { path, reason: errorText(cause), cause });
  }
}

function parseManifest(value: Json): BackupManifest {
  const names = ['format', 'createdAt', 'origin', 'size', 'root', 'note', 'contents', 'files'];
  const manifest = members('manifest', value, names);
  const format = text('format', manifest['format'], 100);
  if (format !== FORMAT) {
    const facts = { place: 'format', found: format, expected: FORMAT };
    throw wrong(`format is ${JSON.stringify(format)}, this program knows ${FORMAT}`, facts);
  }
  return {
    createdAt: text('createdAt', manifest['createdAt'], 40),
    origin: text('origin', manifest['origin'], 255),
    size: parseDecimal('size', text('size', manifest['size'], 20)),
    root: fromBase64('root', text('root', manifest['root'], 44), 32),
    note: text('note', manifest['note'], MAX_NOTE_BYTES),
    contents: integer('contents', manifest['contents'], 0, Number.MAX_SAFE_INTEGER),
    files: list('files', manifest['files'], MAX_FILES).map(parseFile),
  };
}

function parseFile(value: Json): BackupFile {
  const file = members('file', value, ['path', 'size', 'sha256']);
  const path = text('path', file['path'], 100);
  if (!KNOWN_PATH.test(path))
    throw wrong(`a backup has no file ${JSON.stringify(path)}`, { place: 'path', found: path });
  const sha256 = text('sha256', file['sha256'], 64);
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw wrong(`sha256 of ${path} should be 64 hex digits`, { place: `sha256 of ${path}` });
  return { path, size: integer('size', file['size'], 0, Number.MAX_SAFE_INTEGER), sha256 };
}
