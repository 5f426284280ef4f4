import { MemoryStore } from '../../../src/adapters/memory-store/memory-store.ts';
import { describeStore } from '../store-conformance.ts';
import { hasher } from '../embedded-store/ledger.ts';

describeStore('MemoryStore', () => ({
  create: async (head) => new MemoryStore(head, hasher),
  reopen: async (store) => store,
  end: async () => {},
}));
