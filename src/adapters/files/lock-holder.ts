import { readFileSync, statSync } from 'node:fs';

const MAX_COMMAND_CHARS = 200;

export interface LockHolder {
  readonly pid: number;
  /** Its program and its command, without options: they may hold what is secret. */
  readonly command: string;
}

/**
 * The process that holds the lock `path`, by the system's list of locks; undefined where the system
 * has none (all but Linux), or does not show this one.
 */
export function lockHolder(path: string): LockHolder | undefined {
  try {
    const { ino } = statSync(path, { bigint: true });
    // 1: POSIX  ADVISORY  WRITE 4242 08:01:1234567 1073741824 1073742335
    const pattern = new RegExp(`^\\d+: POSIX +ADVISORY +WRITE (\\d+) [0-9a-f]+:[0-9a-f]+:${ino} `, 'gm');
    const pids = new Set([...readFileSync('/proc/locks', 'utf8').matchAll(pattern)].map(([, pid]) => Number(pid)));
    const [pid, ...others] = pids;
    // inodes of two file systems may be equal
    if (pid === undefined || pid === 0 || others.length > 0) return undefined;
    return { pid, command: commandOf(pid) };
  } catch {
    return undefined; // only a message would have been clearer
  }
}

function commandOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const end = words.findIndex((word) => word === '' || word.startsWith('-'));
  return words.slice(0, end).join(' ').slice(0, MAX_COMMAND_CHARS);
}
