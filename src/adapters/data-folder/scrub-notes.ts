import { readFile, writeFile } from 'node:fs/promises';
import type { DataPaths } from './data-folder.ts';

/** What the scrubber remembers over a restart. */
export interface ScrubNotes {
  /** Unix milliseconds when everything had been read last. */
  readonly lastPassMs?: number;
  /** Where the pass that is under way has come to. */
  readonly position?: string;
}

/** Nothing where there is no file, or none that can be read: then all is read from the front. */
export async function readScrubNotes(paths: DataPaths): Promise<ScrubNotes> {
  try {
    const { lastPassMs, position } = JSON.parse(await readFile(paths.scrubNotes, 'utf8')) as Record<string, unknown>;
    return {
      ...(Number.isSafeInteger(lastPassMs) && { lastPassMs: lastPassMs as number }),
      ...(typeof position === 'string' && { position }),
    };
  } catch {
    return {};
  }
}

/** Best effort: not synced, and half a file is as good as none. */
export async function writeScrubNotes(paths: DataPaths, notes: ScrubNotes): Promise<void> {
  await writeFile(paths.scrubNotes, JSON.stringify(notes)).catch(() => {});
}
