import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAvailable } from '../availability.ts';
import { eventually } from '../server/ledger-fixture.ts';

const run = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' });

function runOrFail(command: string, ...args: string[]): void {
  const { status, stderr } = run(command, ...args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
}

/**
 * A real file system of a few MiB, to be filled and damaged: tmpfs, or ext4 on a file. Needs the
 * right to mount.
 */
export class SmallDisk {
  readonly #home = mkdtempSync(join(tmpdir(), 'evl-disk-'));
  readonly #image = join(this.#home, 'image');
  readonly dir = join(this.#home, 'mount');
  readonly #filling = join(this.dir, 'filling');

  constructor(kind: 'tmpfs' | 'ext4', sizeMiB: number) {
    mkdirSync(this.dir);
    if (kind === 'tmpfs') {
      runOrFail('mount', '-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', this.dir);
    } else {
      runOrFail('truncate', '-s', `${sizeMiB}M`, this.#image);
      runOrFail('mkfs.ext4', '-q', '-m', '0', this.#image);
      this.#mount();
    }
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.dir);
    return bavail * bsize;
  }

  /** Fills the disk up to a number of free bytes, as another program's file would. */
  fill(leaveBytes = 0): void {
    const file = openSync(this.#filling, 'a');
    try {
      for (let pieceBytes = 1024 * 1024; pieceBytes >= 512;) {
        const bytes = Math.min(pieceBytes, this.freeBytes - leaveBytes);
        if (bytes <= 0) break;
        try {
          writeSync(file, Buffer.alloc(bytes, 1));
        } catch {
          pieceBytes /= 2; // the file system needs some for itself
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#filling, { force: true });
  }

  /**
   * Does what ext4 does when its device fails: it becomes read-only for every process, files that
   * are open for writing included.
   */
  failReadOnly(): void {
    runOrFail('mount', '-o', 'remount,abort', this.dir);
  }

  /** Mounts it again: what was not synced when it failed is gone. */
  async repair(): Promise<void> {
    // the local chain ends a moment after the service
    await eventually(async () => (run('umount', this.dir).status === 0 ? true : undefined));
    run('e2fsck', '-fy', this.#image);
    this.#mount();
  }

  remove(): void {
    run('umount', '--lazy', this.dir); // processes that were killed may still be going
    rmSync(this.#home, { recursive: true, force: true });
  }

  #mount(): void {
    runOrFail('mount', '-o', 'loop', this.#image, this.dir);
  }
}

/**
 * Whether a small disk of this kind can be mounted; the tests that need one are skipped otherwise.
 */
export function canMount(kind: 'tmpfs' | 'ext4'): boolean {
  let isMountable = true;
  try {
    new SmallDisk(kind, 8).remove();
  } catch {
    isMountable = false;
  }
  return isAvailable(`the right to mount a ${kind}`, isMountable);
}
