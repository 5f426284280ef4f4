import type { AnchorJob } from '../../log/model.ts';
import type { AnchoredRecord, IndexedRecord, StorageEngine } from '../../operations/ports.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import type { TreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import { checkStore } from './check/check.ts';
import { scrubSource } from './check/scrub.ts';
import { surveyStore } from './check/store-survey.ts';
import { decodeBody } from './journal/body.ts';
import { decodePayload, type Payload } from './journal/payload.ts';
import { readJournal } from './journal/read-journal.ts';
import { damagedAt, listSegments, segmentBegin } from './journal/segments.ts';
import { journalFolder } from './folders.ts';
import { copyJournal, readWholeJournal } from './repair/copy.ts';
import { rebuildIndex } from './repair/rebuild.ts';
import { repairJournal } from './repair/repair.ts';
import { createStore, openStore } from './store.ts';

export interface Hashing {
  readonly hash: Sha256;
  readonly hasher: TreeHasher;
}

/** The store in `dir`: a journal of frames, and LevelDB as its index. */
export function embeddedStorage(dir: string, { hash, hasher }: Hashing): StorageEngine {
  return {
    create: (head) => createStore({ dir, hash, hasher }, head),
    async open(options) {
      const store = await openStore({ dir, hash, hasher, ...options });
      return { store, scrubSource: (contents) => scrubSource(store, contents) };
    },
    check: (options) => checkStore({ dir, hash, hasher, ...options }),
    survey: (options) => surveyStore(dir, options),
    rebuildIndex: (onProgress) => rebuildIndex({ dir, hasher, onProgress }),
    repair: ({ from, vkeys }) => repairJournal({ dir, hasher, vkeys, from }),
    async copyTo(to, earlier) {
      const found = new NamedInJournal();
      const { head, segments } = await copyJournal(dir, { to, earlier }, (payload) => found.add(payload));
      return { head, files: segments, contents: found.contents, anchors: found.anchors };
    },
    async readCopy() {
      const found = new NamedInJournal();
      const head = await readWholeJournal(dir, (payload) => found.add(payload));
      return { head, contents: found.contents };
    },
    async recordsOf(kind) {
      const read = readJournal(await listSegments(journalFolder(dir)));
      return recordsIn(read, kind);
    },
    async newestRecordOf(kind) {
      const segments = await listSegments(journalFolder(dir));
      for (const [i, segment] of [...segments.entries()].toReversed()) {
        const begin = await segmentBegin(segment);
        if (begin === undefined) continue; // the newest one may be empty
        const from = { segment: i, offset: 0, seq: Number(begin.seq), previousHash: begin.previousHash };
        const found = await recordsIn(readJournal(segments.slice(0, i + 1), from), kind);
        if (found.length > 0) return found.at(-1);
      }
      return undefined;
    },
  };
}

/** The records of a kind up to the end, or to a torn tail. Throws `journal-damaged`. */
async function recordsIn(journal: ReturnType<typeof readJournal>, kind: string): Promise<AnchoredRecord[]> {
  const found: IndexedRecord[] = [];
  const anchors = new Map<number, AnchorJob>();
  for await (const read of journal) {
    if (read.kind === 'fault') {
      if (read.torn) break;
      throw damagedAt(read.path, read.offset, read.seq, read.reason);
    }
    const payload = decodePayload(read.payload);
    if (payload.kind === 'anchor') anchors.set(payload.job.id, payload.job);
    if (payload.kind !== 'commit') continue;
    for (const [i, { body }] of payload.items.entries()) {
      const record = decodeBody(body);
      if (record.header.kind === kind) found.push({ index: payload.firstIndex + BigInt(i), record });
    }
  }
  const finals = [...anchors.values()]
    .filter(({ state }) => state === 'final')
    .toSorted((one, other) => Number(one.size - other.size));
  let at = 0;
  return found.map((each) => {
    while (at < finals.length && finals[at]!.size <= each.index) at++;
    return { ...each, anchoredMs: finals[at]?.inclusion?.blockTimeMs };
  });
}

/** What a journal needs besides itself: contents by digest, anchors by transaction. */
class NamedInJournal {
  readonly contents = new Set<string>();
  readonly anchors = new Set<string>();

  add(payload: Payload): void {
    if (payload.kind === 'anchor') this.anchors.add(payload.job.rawTransaction);
    if (payload.kind !== 'commit') return;
    for (const { body } of payload.items) {
      const { content } = decodeBody(body);
      if (content !== undefined) this.contents.add(content);
    }
  }
}
