import { BatchWriter } from '../index/batch-writer.ts';
import { segmentName, damagedAt, listSegments } from '../journal/segments.ts';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { isAbsent } from '../../files/file-errors.ts';
import { join } from 'node:path';
import { syncFolder } from '../../files/sync-folder.ts';
import { sha256 } from '../../../protocol/encoding/hash.ts';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { treeHasher, type TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import type { Head } from '../../../log/model.ts';
import { emptyState, parsePlace, type IndexState } from '../index/apply.ts';
import type { FramePlace } from '../journal/frame-place.ts';
import { IndexDatabase } from '../index/index-database.ts';
import { type JournalFault, readJournal, type JournalFrame } from '../journal/read-journal.ts';
import { settleEnd } from '../journal/journal.ts';
import { markClosed } from '../index/unclean-shutdown.ts';
import { applyFrame } from '../recover.ts';
import { frameKey } from '../index/keys.ts';
import { loadStoredState } from '../index/state.ts';
import { indexFolder, journalFolder } from '../folders.ts';
import { requireWholeTables } from '../index/table-check.ts';

export interface RebuildOptions {
  readonly dir: string;
  readonly hasher?: TreeHasher;
  readonly onProgress?: (size: bigint) => void;
}

/**
 * Makes the index again from the journal, of which it changes no byte. The new index is built next
 * to the old one and takes its place when it is whole and durable; stopped at any point, running it
 * again completes it. Nothing of the old index goes into the new one, but where the old one can be
 * read and covers frames that the journal does not have, the journal is damaged and the old index
 * stays.
 */
export async function rebuildIndex(options: RebuildOptions): Promise<Head> {
  const hasher = options.hasher ?? treeHasher(sha256);
  const finished = indexFolder(options.dir);
  const staging = `${finished}.rebuilding`;
  const replaced = `${finished}.replaced`;
  const journal = journalFolder(options.dir);
  let state: IndexState;
  try {
    await rm(staging, { recursive: true, force: true });
    const built = await build(staging, journal, hasher, options.onProgress);
    state = built.state;
    await settle(staging, (rebuilt) => requireNotBehind(finished, rebuilt, state.place!, built.tornTail));
  } catch (error) {
    // on a full disk this frees the space that it took
    await rm(staging, { recursive: true, force: true }).catch(() => {});
    throw error;
  }

  // between the two renames there is no index: a start then fails with `index-unusable`, and a
  // rebuild begins again
  await rm(replaced, { recursive: true, force: true });
  await renameIfExists(finished, replaced);
  await rename(staging, finished);
  await syncFolder(options.dir);
  await rm(replaced, { recursive: true, force: true });
  await markClosed(finished);
  return state.head;
}

/** Writes the rows that the journal makes into a new database. */
async function build(
  folder: string,
  journal: string,
  hasher: TreeHasher,
  onProgress?: (size: bigint) => void,
): Promise<{ readonly state: IndexState; readonly tornTail: JournalFault | undefined }> {
  const index = await IndexDatabase.open(folder, { create: true, bulk: true });
  let state = emptyState(hasher);
  let last: JournalFrame | undefined;
  let tornTail: JournalFault | undefined;
  try {
    const writer = new BatchWriter(index);
    for await (const read of readJournal(await listSegments(journal))) {
      if (read.kind === 'fault') {
        if (!read.torn || state.place === undefined) throw damagedAt(read.path, read.offset, read.seq, read.reason);
        tornTail = read; // left for the next start to cut
        break;
      }
      const applied = applyFrame(hasher, state, read);
      state = applied.state;
      last = read;
      if (await writer.add(applied.rows)) onProgress?.(state.head.size);
    }
    await writer.flush();
  } finally {
    await index.close();
  }
  // a durable index must not cover what a power cut can still take from the journal
  await settleEnd(journal, last!);
  return { state, tornTail };
}

/**
 * Makes a database durable: opening it again makes LevelDB write its log out as tables; then every
 * file is synced. `judge` gets it while it is open.
 */
async function settle(folder: string, judge: (rebuilt: IndexDatabase) => Promise<void>): Promise<void> {
  const rebuilt = await IndexDatabase.open(folder);
  try {
    await judge(rebuilt);
  } finally {
    await rebuilt.close();
  }
  for (const name of await readdir(folder)) {
    const handle = await open(join(folder, name), 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await syncFolder(folder);
}

/**
 * Requires that the journal has every frame that the old index covered, the same one, as far as the
 * old index can still be read. Where there is none, nothing proves of a tail that is no frame that
 * it was not acknowledged, and with the new index the next start would cut it.
 */
async function requireNotBehind(
  oldFolder: string,
  rebuilt: IndexDatabase,
  last: FramePlace,
  tornTail: JournalFault | undefined,
): Promise<void> {
  const old = await oldPlace(oldFolder);
  if (old === undefined) {
    if (tornTail === undefined) return;
    const { path, offset, seq, reason } = tornTail;
    throw damagedAt(path, offset, seq, bilingual(STORE_FAULTS.noIndexWitness, { reason }));
  }
  if (old.seq > last.seq) {
    const reason = bilingual(STORE_FAULTS.oldIndexAhead, { seq: old.seq });
    throw damagedAt(segmentName(last.segment), last.end, last.seq + 1, reason);
  }
  const now = parsePlace(old.seq, await rebuilt.getOrThrow(frameKey(old.seq)));
  if (!equalBytes(now.hash, old.hash)) {
    throw damagedAt(segmentName(now.segment), now.begin, now.seq, STORE_FAULTS.oldIndexDiffers);
  }
}

/**
 * The last frame that the old index covers; undefined where it cannot be read. It is not opened
 * where its tables are damaged: LevelDB may end the whole process over them.
 */
async function oldPlace(folder: string): Promise<FramePlace | undefined> {
  let old: IndexDatabase | undefined;
  try {
    await requireWholeTables(folder);
    old = await IndexDatabase.open(folder);
    const { seq } = await loadStoredState(old);
    return parsePlace(seq, await old.getOrThrow(frameKey(seq)));
  } catch {
    return undefined; // missing or damaged: the reason for a rebuild
  } finally {
    await old?.close();
  }
}

async function renameIfExists(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}
