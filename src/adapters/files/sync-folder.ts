import type { PathLike } from 'node:fs';
import { open } from 'node:fs/promises';

/** Syncs that are under way, and those that begin when they end, by the bytes of their paths. */
const running = new Map<string, Promise<void>>();
const waiting = new Map<string, Promise<void>>();

/**
 * Makes the names in a folder durable: what was created, renamed or removed in it. Calls during a
 * sync of the folder share the next one, which begins after them. Windows has no such call and
 * needs none.
 */
export async function syncFolder(path: PathLike): Promise<void> {
  if (process.platform === 'win32') return;
  const key = (Buffer.isBuffer(path) ? path : Buffer.from(String(path))).toString('latin1');
  const shared = waiting.get(key) ?? begin(path, key);
  waiting.set(key, shared);
  await shared;
}

async function begin(path: PathLike, key: string): Promise<void> {
  await running.get(key)?.catch(() => {}); // its own callers get the error
  waiting.delete(key);
  const sync = syncNow(path);
  running.set(key, sync);
  try {
    await sync;
  } finally {
    if (running.get(key) === sync) running.delete(key);
  }
}

async function syncNow(path: PathLike): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
