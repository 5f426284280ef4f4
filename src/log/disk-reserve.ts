/** Space of a file system in bytes: available to this process, and in total. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * Size of the ballast file: enough for LevelDB to write out its log twice, which it needs in order
 * to open.
 */
export const BALLAST_BYTES: number = 16 * 1024 * 1024;

/** The bytes that stay free: the setting, or the larger of 1 GiB and 5 % of the disk. */
export function reserveOf(totalBytes: number, reserveBytes: number | undefined): number {
  return reserveBytes ?? Math.max(1024 ** 3, totalBytes * 0.05);
}
