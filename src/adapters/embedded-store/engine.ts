import type { StorageEngine } from '../../operations/ports.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import type { TreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import type { LedgerRecord } from '../../log/model.ts';
import { checkStore } from './check/check.ts';
import { scrubSource } from './check/scrub.ts';
import { surveyStore } from './check/store-survey.ts';
import { decodeBody } from './journal/body.ts';
import { decodePayload, type Payload } from './journal/payload.ts';
import { readJournal } from './journal/read-journal.ts';
import { damagedAt, listSegments } from './journal/segments.ts';
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
      const found: { index: bigint; record: LedgerRecord }[] = [];
      for await (const read of readJournal(await listSegments(journalFolder(dir)))) {
        if (read.kind === 'fault') {
          if (read.torn) break;
          throw damagedAt(read.path, read.offset, read.seq, read.reason);
        }
        const payload = decodePayload(read.payload);
        if (payload.kind !== 'commit') continue;
        for (const [i, { body }] of payload.items.entries()) {
          const record = decodeBody(body);
          if (record.header.kind === kind) found.push({ index: payload.firstIndex + BigInt(i), record });
        }
      }
      return found;
    },
  };
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
