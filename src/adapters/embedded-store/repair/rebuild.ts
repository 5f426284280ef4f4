import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../files/sync-folder.ts';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { treeHasher, type TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import type { Head } from '../../../log/model.ts';
import { emptyState, parsePlace, type FramePlace, type IndexState } from '../index/apply.ts';
import { IndexDatabase } from '../index/index-database.ts';
import {
  damaged,
  type JournalFault,
  type JournalFrame,
  listSegments,
  readJournal,
  settleEnd,
} from '../journal/journal.ts';
import { markClosed } from '../index/unclean-shutdown.ts';
import { applyFrame } from '../recover.ts';
import { frameKey, type Row } from '../index/rows.ts';
import { loadStoredState } from '../index/state.ts';
import { indexFolder, journalFolder, nodeSha256 } from '../store.ts';
import { requireWholeTables } from '../index/table-check.ts';

export interface RebuildOptions {
  readonly dir: string;
  readonly hasher?: TreeHasher;
  readonly onProgress?: (size: bigint) => void;
}

const BATCH_ROWS = 10_000;

/**
 * Makes the index again from the journal, of which not a byte is changed. It is built beside the
 * old one and takes its place when it is whole and durable; stopped at any point, running it again
 * completes it. Nothing of the old index goes into the new one, but where the old one can be read
 * and knows frames that the journal does not have, the journal is damaged and the old index stays.
 */
export async function rebuildIndex(options: RebuildOptions): Promise<Head> {
  const hasher = options.hasher ?? treeHasher(nodeSha256);
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
    await rm(staging, { recursive: true, force: true }).catch(() => {}); // it may take the space that a full disk lacks
    throw error;
  }

  // between the two renames there is no index: a start then says so, and a rebuild begins anew
  await rm(replaced, { recursive: true, force: true });
  await renameIfThere(finished, replaced);
  await rename(staging, finished);
  await syncFolder(options.dir);
  await rm(replaced, { recursive: true, force: true });
  await markClosed(finished);
  return state.head;
}

/** Writes what the journal makes into a new database. */
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
        if (!read.torn || state.place === undefined) throw damaged(read.path, read.offset, read.seq, read.reason);
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
  await settleEnd(journal, last!); // an index that is durable must not know what a power cut can still take from the journal
  return { state, tornTail };
}

/**
 * Opening it again makes LevelDB write its log out as tables; then every file is synced. `judge`
 * sees it while it is open.
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
 * An old index that can still be read is a witness: every frame that it covered must be in the
 * journal, the same one. Where there is none, nobody can say of a tail that is no frame whether it
 * was acknowledged, and the new index would have the next start cut it.
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
    throw damaged(path, offset, seq, `${reason}; no index can say whether this frame was acknowledged`);
  }
  if (old.seq > last.seq) {
    const reason = `journal ends here, the old index covers frames up to seq ${old.seq}: they are lost`;
    throw damaged(`segment ${last.segment}`, last.end, last.seq + 1, reason);
  }
  const now = parsePlace(old.seq, await rebuilt.getOrThrow(frameKey(old.seq)));
  if (!equalBytes(now.hash, old.hash)) {
    throw damaged(
      `segment ${now.segment}`,
      now.begin,
      now.seq,
      'frame is another one than the old index was made from',
    );
  }
}

/** Not asked where its tables are damaged: LevelDB may end the whole process over them. */
async function oldPlace(folder: string): Promise<FramePlace | undefined> {
  let old: IndexDatabase | undefined;
  try {
    await requireWholeTables(folder);
    old = await IndexDatabase.open(folder);
    const { seq } = await loadStoredState(old);
    return parsePlace(seq, await old.getOrThrow(frameKey(seq)));
  } catch {
    return undefined; // missing or damaged: that is what a rebuild is for
  } finally {
    await old?.close();
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Collects rows into large batches, and writes one while the next is being made. */
export class BatchWriter {
  readonly #index: IndexDatabase;
  #rows: Row[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(index: IndexDatabase) {
    this.#index = index;
  }

  /** Whether a batch was begun. */
  async add(rows: readonly Row[]): Promise<boolean> {
    for (const row of rows) this.#rows.push(row);
    if (this.#rows.length < BATCH_ROWS) return false;
    await this.#begin();
    return true;
  }

  async flush(): Promise<void> {
    await this.#begin();
    await this.#writing;
  }

  async #begin(): Promise<void> {
    await this.#writing;
    const rows = this.#rows;
    this.#rows = [];
    this.#writing = this.#index.write(rows);
    this.#writing.catch(() => {}); // awaited, and thrown, with the next batch
  }
}
