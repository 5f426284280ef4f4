import { mkdir, readdir } from 'node:fs/promises';
import type { RepairedFile } from '../../../operations/ports.ts';
import type { TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import type { KeysOfSize } from '../../../protocol/trust.ts';
import { errorText } from '../../../text/error-text.ts';
import { LedgerError } from '../../../text/ledger-error.ts';
import { syncFolder } from '../../files/sync-folder.ts';
import { openIndex } from '../check/index-check.ts';
import { Problems } from '../check/problems.ts';
import { indexFolder, journalFolder } from '../folders.ts';
import { emptyState, type IndexState } from '../index/apply.ts';
import { applyFrame } from '../recover.ts';
import { confirmedChain } from './confirmed-chain.ts';
import { FrameReader, framesIn } from './found-frames.ts';
import { layOut, type PlannedSegment, putInPlace, writeChanged } from './planned-segments.ts';

export interface RepairOptions {
  readonly dir: string;
  /** A backup, or another copy of the data folder. */
  readonly from?: string | undefined;
  readonly vkeys: KeysOfSize;
  readonly hasher: TreeHasher;
}

/**
 * Makes the journal whole again from all frames that are whole, here and in a copy. Which ones
 * belong together is not a matter of trust: each frame states the hash of the one before, so the
 * newest one that is confirmed (by the index, or by its signed note) fixes every byte before it.
 * Nothing is changed unless the result is complete, and read as a start would read it.
 *
 * A segment that is whole is not touched. The others are written next to it, synced, and renamed;
 * the old files stay as `NNNNNNNN.damaged-<n>`. Killed at any point it can be run again: the files
 * that it left are read like any other copy.
 */
export async function repairJournal(options: RepairOptions): Promise<RepairedFile[]> {
  const folder = journalFolder(options.dir);
  const copy = options.from === undefined ? [] : [journalFolder(options.from)];
  for (const each of copy) await requireFolder(each);
  if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(options.dir);
  const frames = await framesIn([folder, ...copy]);
  const index = await openIndex(indexFolder(options.dir), new Problems(0));
  const reader = new FrameReader();
  try {
    const chain = await confirmedChain(frames, reader, index, folder, options.vkeys);
    const planned = layOut(chain, frames, folder);
    await requireReadable(planned, reader, options.hasher);
    const changed = await writeChanged(planned, reader);
    return await putInPlace(changed, planned, folder);
  } finally {
    await reader.close();
    await index.database?.close();
  }
}

async function requireFolder(copy: string): Promise<void> {
  try {
    await readdir(copy);
  } catch (cause) {
    throw new LedgerError('backup-unreadable', { path: copy, reason: errorText(cause), cause });
  }
}

/** Reads everything as a start would: every commit has the root of its tree. */
async function requireReadable(
  planned: readonly PlannedSegment[],
  reader: FrameReader,
  hasher: TreeHasher,
): Promise<void> {
  let state: IndexState = emptyState(hasher);
  for (const { frames } of planned) {
    for (const found of frames) ({ state } = applyFrame(hasher, state, await reader.read(found)));
  }
}
