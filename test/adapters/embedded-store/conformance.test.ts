import { createStore, openStore } from '../../../src/adapters/embedded-store/store.ts';
import { describeStore } from '../store-conformance.ts';
import { newFolder, removeFolders } from './folder.ts';
import { hasher, sha256 } from './ledger.ts';

describeStore('LevelStore', () => {
  const options = { dir: newFolder(), hash: sha256, hasher };
  return {
    create: (head) => createStore(options, head),
    reopen: async (store) => {
      await store.close();
      return openStore(options);
    },
    end: async () => removeFolders(),
  };
});

describeStore('LevelStore with small segments', () => {
  const options = { dir: newFolder(), hash: sha256, hasher, segmentBytes: 1000 };
  return {
    create: (head) => createStore(options, head),
    reopen: async (store) => {
      await store.close();
      return openStore(options);
    },
    end: async () => removeFolders(),
  };
});
