import { expect, test } from 'vitest';
import { openMemoryLog } from '../log/memory-log.ts';
import { startMemoryService } from './memory-service.ts';

const TOGETHER = 17;

const draft = (name: string) => ({
  kind: 'evidence',
  sections: { file: { name }, case: { number: '1' } },
  lookups: [{ by: 'case', value: '1' }],
});

/** The outcomes of as many listings as are refused together: one is, where each takes a slot. */
async function statusesOf(url: string, path: string, release: () => void): Promise<number[]> {
  const refused = Promise.withResolvers<void>();
  const answers = Array.from({ length: TOGETHER }, async () => {
    const { status } = await fetch(url + path);
    if (status === 503) refused.resolve();
    return status;
  });
  await Promise.race([refused.promise, Promise.all(answers)]);
  release();
  return Promise.all(answers);
}

test('a short page whose listing is counted takes a slot for that', async () => {
  const { log, store } = await openMemoryLog();
  const held = Promise.withResolvers<void>();
  const indexesOf = store.indexesOf.bind(store);
  store.indexesOf = async (lookup, from, limit) => {
    if (limit > 100) await held.promise;
    return indexesOf(lookup, from, limit);
  };
  for (let i = 0; i < 3; i++) await log.register(draft(`${i}`));
  await using service = await startMemoryService(log);
  const statuses = await statusesOf(service.url, '/v1/evidence?case=1&limit=1', held.resolve);
  expect(statuses).toContain(503);
  // a listing that ends with its page is not counted, and never refused
  expect(await statusesOf(service.url, '/v1/evidence?case=1&limit=5', () => {})).not.toContain(503);
});

test('so does the search for an anchor transaction, and for the shortest of several look-ups', async () => {
  for (const query of [`tx=0x${'ab'.repeat(32)}`, 'case=1&sm3=' + 'ab'.repeat(32)]) {
    const { log, store } = await openMemoryLog();
    const held = Promise.withResolvers<void>();
    const [indexesOf, anchor] = [store.indexesOf.bind(store), store.anchor.bind(store)];
    store.indexesOf = async (...args) => held.promise.then(() => indexesOf(...args));
    store.anchor = async (...args) => held.promise.then(() => anchor(...args));
    await log.register(draft('x'));
    await using service = await startMemoryService(log);
    expect(await statusesOf(service.url, `/v1/evidence?${query}&limit=1`, held.resolve)).toContain(503);
  }
});
