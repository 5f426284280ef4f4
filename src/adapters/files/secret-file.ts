import { errorText } from '../../text/error-text.ts';
import { KEY_FAULTS } from '../../text/key-faults.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import {
  closeSync,
  constants,
  fsyncSync,
  fstatSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const MAX_SECRET_BYTES = 4096;

/** Creates the file with mode 0600 and makes it durable; refuses to replace one. */
export function writeSecretFile(path: string, text: string): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Refuses a file that its group or others may read or write, and one in a folder where everybody
 * can put another in its place (where the system has such modes). A link is followed, and both
 * folders count.
 */
export function readSecretFile(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw new LedgerError('key-unreadable', { file: path, reason: errorText(cause), cause });
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new LedgerError('file-not-regular', { file: path });
    const { mode, size: bytes } = stats;
    for (const folder of new Set([dirname(path), dirname(realpathSync(path))])) requireClosedFolder(folder);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new LedgerError('key-file-open', { file: path, mode: (mode & 0o777).toString(8).padStart(4, '0') });
    }
    if (bytes > MAX_SECRET_BYTES) {
      throw new LedgerError('key-malformed', { file: path, fault: bilingual(KEY_FAULTS.tooLarge, { bytes }) });
    }
    return readFileSync(fd, 'utf8').trim();
  } finally {
    closeSync(fd);
  }
}

/** In a folder with the sticky bit only the owner of a file replaces it. */
function requireClosedFolder(folder: string): void {
  const { mode } = statSync(folder);
  if (process.platform === 'win32' || (mode & 0o002) === 0 || (mode & 0o1000) !== 0) return;
  throw new LedgerError('folder/key-file-open', { folder, mode: (mode & 0o777).toString(8).padStart(4, '0') });
}
