import { MemoryStore } from '../../src/adapters/memory/memory-store.ts';
import { describeStore } from './conformance.ts';
import { hasher } from './ledger.ts';

describeStore('MemoryStore', () => ({
  create: async (head) => new MemoryStore(head, hasher),
  reopen: async (store) => store,
  end: async () => {},
}));
