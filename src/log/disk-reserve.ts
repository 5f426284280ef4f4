/** Of a file system, in bytes: what we may still take, and all of it. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * What the ballast takes: enough for LevelDB to write out its log twice, which is what it needs in
 * order to open.
 */
export const BALLAST_BYTES: number = 16 * 1024 * 1024;

/** How much of the disk stays free: what was set, else the larger of 1 GiB and 5 %. */
export function reserveOf(totalBytes: number, reserveBytes: number | undefined): number {
  return reserveBytes ?? Math.max(1024 ** 3, totalBytes * 0.05);
}
