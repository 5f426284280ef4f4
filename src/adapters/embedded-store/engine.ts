import type { StorageEngine } from '../../operations/ports.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import type { TreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import { checkStore } from './check/check.ts';
import { scrubSource } from './check/scrub.ts';
import { surveyStore } from './check/store-survey.ts';
import { decodeBody } from './journal/body.ts';
import { copyJournal } from './repair/copy.ts';
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
    async copyTo(to) {
      const contents = new Set<string>();
      const anchors = new Set<string>();
      const { head, segments } = await copyJournal(dir, to, (payload) => {
        if (payload.kind === 'anchor') anchors.add(payload.job.rawTransaction);
        if (payload.kind !== 'commit') return;
        for (const { body } of payload.items) {
          const { content } = decodeBody(body);
          if (content !== undefined) contents.add(content);
        }
      });
      return { head, files: segments, contents, anchors };
    },
  };
}
