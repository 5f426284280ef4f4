import { afterAll, afterEach, expect, test } from 'vitest';
import { runLocalChain, startLocalChain } from '../../src/compose/chain.ts';
import { CleanupStack } from '../../src/http/cleanup-stack.ts';
import { chainFolders } from '../adapters/local-chain/folders.ts';

/** The local chain as a command runs it: its own, or the one that `evl chain` runs already. */

const folders = chainFolders();
let cleanup = new CleanupStack();
afterEach(async () => {
  await cleanup.run();
  cleanup = new CleanupStack();
});
afterAll(() => folders.remove());

test('a chain that runs already is used where it runs', async () => {
  const { dir } = await folders.newChain();
  const running = startLocalChain(dir, { port: 0 });
  cleanup.push(() => running.stop());
  const url = await running.url;
  const place = await runLocalChain(dir, Number(new URL(url).port), cleanup);
  expect(place()).toBe(url);
});

test('a folder without a chain is an error of the catalogue', async () => {
  await expect(runLocalChain(folders.newPath(), 1, cleanup)).rejects.toMatchObject({
    name: 'LedgerError',
    code: 'chain-missing',
  });
});

test('without a place to look for it, a chain that runs already is a failure', async () => {
  const { dir } = await folders.newChain();
  const running = startLocalChain(dir, { port: 0 });
  cleanup.push(() => running.stop());
  await running.url;
  const second = startLocalChain(dir, { port: 0 });
  cleanup.push(() => second.stop());
  await expect(second.failure).rejects.toMatchObject({ code: 'locked' });
  expect(second.place()).toBeUndefined();
});
