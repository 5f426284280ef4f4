import { bilingual, type Message } from '../../../text/message.ts';
import { osErrorMessage } from '../../../text/os-errors.ts';
import { STORE_FAULTS } from '../../../text/store.ts';

const CLOSED = /(?:database|iterator|snapshot) is (?:not open|closed)/i;
const CLOSED_CODES: ReadonlySet<unknown> = new Set([
  'LEVEL_DATABASE_NOT_OPEN',
  'LEVEL_ITERATOR_NOT_OPEN',
  'LEVEL_SNAPSHOT_NOT_OPEN',
]);

/** What LevelDB's messages contain, and what they mean; the first that fits decides. */
const REASONS: readonly (readonly [RegExp, Message])[] = [
  [/no space left on device/i, osErrorMessage('ENOSPC')],
  [/disk quota exceeded/i, osErrorMessage('EDQUOT')],
  [/too many open files/i, osErrorMessage('EMFILE')],
  [/input\/output error/i, osErrorMessage('EIO')],
  [/read-only file system/i, osErrorMessage('EROFS')],
  [/permission denied/i, osErrorMessage('EACCES')],
  [/operation not permitted/i, osErrorMessage('EPERM')],
  [/file too large/i, osErrorMessage('EFBIG')],
  [/no such device/i, osErrorMessage('ENODEV')],
  [/resource busy/i, osErrorMessage('EBUSY')],
  [/file name too long/i, osErrorMessage('ENAMETOOLONG')],
  [/is a directory/i, osErrorMessage('EISDIR')],
  [/not a directory/i, osErrorMessage('ENOTDIR')],
  [/does not exist \(create_if_missing/i, STORE_FAULTS.levelMissing],
  [/exists \(error_if_exists/i, STORE_FAULTS.levelExists],
  [/no such file/i, osErrorMessage('ENOENT')],
  [/already held by process|lock .*temporarily unavailable/i, STORE_FAULTS.levelBusy],
  [CLOSED, STORE_FAULTS.levelClosed],
];
const CORRUPT = /corrupt|checksum mismatch|missing files|bad block|truncated/i;
const FILE = /[^\s:/\\]+\.(?:ldb|sst|log)\b|\b(?:MANIFEST-\d+|CURRENT)\b/;

/** Why LevelDB failed, in both languages; it reports its reasons as English text alone. */
export function levelReason(error: unknown): Message {
  const text = levelText(error);
  const known = REASONS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  if (!CORRUPT.test(text)) return STORE_FAULTS.levelFailed;
  const file = FILE.exec(text)?.[0];
  return file === undefined ? STORE_FAULTS.levelCorrupt : bilingual(STORE_FAULTS.levelCorruptAt, { file });
}

/** Whether LevelDB failed because the disk, or the user's quota of it, is full. */
export function isLevelDiskFull(error: unknown): boolean {
  return /no space left on device|disk quota exceeded/i.test(levelText(error));
}

/** Whether LevelDB was closed before, or while, it was read. */
export function isLevelClosed(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return CLOSED_CODES.has(code) || CLOSED.test(levelText(error));
}

/** Whether LevelDB failed because the process has no file handle left. */
export function isLevelOutOfHandles(error: unknown): boolean {
  return /too many open files/i.test(levelText(error));
}

/** The text of LevelDB is in the cause of what the driver throws. */
function levelText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
