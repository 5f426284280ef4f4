import type { Trust } from '../../src/protocol/trust.ts';
import { expect, test } from 'vitest';
import { type ExternalCheckPolicy, pinnedHead } from '../../src/log/external-head.ts';
import { logKey, type MemoryLog, openMemoryLog } from './memory-log.ts';

function demand(options: Partial<ExternalCheckPolicy> = {}): ExternalCheckPolicy & { agreed: number } {
  const made = {
    isRequired: true,
    isChainExternal: true,
    pinned: [],
    agreed: 0,
    onAgreed: () => void made.agreed++,
    ...options,
  };
  return made;
}

/** Three records, of which two are anchored. */
async function grown(): Promise<MemoryLog> {
  const memory = await openMemoryLog({ anchorIntervalMs: 0 });
  await memory.register('a');
  await memory.register('b');
  await memory.log.publishStep();
  for (let i = 0; i < 3; i++) await memory.log.anchorStep();
  await memory.register('c');
  return memory;
}

test('nothing is signed until the contract has agreed; reads go on', async () => {
  const { store, chain } = await grown();
  const external = demand();
  chain.isDown = true;
  const { log, register } = await openMemoryLog({ store, chain, external });
  await expect(register('d')).rejects.toMatchObject({ code: 'outside-head-missing' });
  await expect(log.anchorStep()).rejects.toMatchObject({ code: 'chain-unreachable' });
  expect(log.isAwaitingExternalCheck).toBe(true);
  expect((await log.newestReceipt(0n, (await store.record(0n))!)).anchor?.size).toBe(2n);
  chain.isDown = false;
  await log.anchorStep();
  expect([log.isAwaitingExternalCheck, external.agreed]).toEqual([false, 1]);
  expect(await register('d')).toBe(3n);
  await log.compareWithChain();
  expect(external.agreed).toBe(1);
});

test('without the requirement a chain that is down does not matter', async () => {
  const { store, chain } = await grown();
  chain.isDown = true;
  const { register } = await openMemoryLog({ store, chain, external: demand({ isRequired: false }) });
  expect(await register('d')).toBe(3n);
});

test('a chain that came out of the same backup confirms nothing, and gets no anchor', async () => {
  const { store, chain } = await grown();
  const external = demand({ isChainExternal: false });
  const { log, register } = await openMemoryLog({ store, chain, external, anchorIntervalMs: 0 });
  await log.publishStep();
  for (let i = 0; i < 3; i++) await log.anchorStep();
  expect([chain.anchored.length, external.agreed]).toEqual([1, 0]);
  await expect(register('d')).rejects.toMatchObject({ code: 'outside-head-missing' });
});

const trustIn = (keys: Trust['log']['keys']) => ({ log: { origin: logKey.name, keys } });
const OWN = trustIn([{ key: logKey, fromSize: 0n }]);

test('a pinned checkpoint that the log contains is enough', async () => {
  const { store, chain } = await grown();
  chain.isDown = true;
  const { note } = store.published()!;
  const external = demand({ pinned: [pinnedHead(note, OWN)] });
  const { register } = await openMemoryLog({ store, chain, external });
  expect(await register('d')).toBe(3n);
  expect(external.agreed).toBe(1);
});

test('a pinned checkpoint that is newer than the log, or of another one, ends all signing; both heads are named [S20]', async () => {
  const [newer, older] = [await grown(), await openMemoryLog()];
  await older.register('x');
  const external = demand({ pinned: [pinnedHead(newer.store.head().note, OWN)] });
  const { log, register, halts } = await openMemoryLog({ store: older.store, chain: older.chain, external });
  await expect(register('d')).rejects.toMatchObject({ code: 'log-rolled-back' });
  await expect(log.anchorStep()).rejects.toMatchObject({ code: 'log-rolled-back' });
  expect(halts).toHaveLength(1);
  expect(halts[0]!.message).toMatch(/the pinned checkpoint holds size 3 with root \S+, this log has size 1 with root/);
  expect(external.agreed).toBe(0);

  await older.register('y');
  await older.register('z');
  const forked = await openMemoryLog({ store: older.store, chain: older.chain, external });
  expect(forked.halts.map(({ code }) => code)).toEqual(['log-forked']);
});

test('a pinned checkpoint must be signed by the log, and be of it', async () => {
  const { store } = await grown();
  const { note } = store.head();
  expect(() => pinnedHead(note, trustIn([]))).toThrow(/no key of/);
  expect(() => pinnedHead(note, { log: { ...OWN.log, origin: 'other.test/log' } })).toThrow(/should be of other/);
  expect(() => pinnedHead(note.replace('\n3\n', '\n4\n'), OWN)).toThrow(/no key of/);
  const rotated = trustIn([{ key: logKey, fromSize: 0n, toSize: 3n }]);
  expect(() => pinnedHead(note, rotated), 'a key that signs other sizes').toThrow(/no key of/);
  expect(() => pinnedHead('nonsense', OWN)).toThrow(expect.objectContaining({ code: 'pin-wrong' }));
});
