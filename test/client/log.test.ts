import { describe, expect, test } from 'vitest';
import { LogClient } from '../../src/client/log.ts';
import { portableTreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { verifyConsistency } from '../../src/protocol/merkle/consistency.ts';
import { recordEntries, servedLog } from '../auditor/served-log.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { consistencyProof, mth } from '../oracle/merkle.ts';
import { serve, type TestServer } from './http-server.ts';

const entries = recordEntries(700);
const roots = new Map<number, Buffer>();
const rootOf = (size: number) => {
  if (!roots.has(size)) roots.set(size, mth(entries.slice(0, size)));
  return roots.get(size)!;
};

/** A log that serves only the tiles of its published size. */
async function serveLog(size: number, bend: (pages: Map<string, Uint8Array>) => void = () => {}): Promise<TestServer> {
  const pages = servedLog(entries.slice(0, size));
  bend(pages);
  const note = signedNote(checkpointText('log.example', size, rootOf(size)), testKey('log.example', 1));
  return serve(({ path }) => {
    const body = path === '/log/checkpoint' ? note : pages.get(path.replace('/log/', ''));
    return body === undefined ? undefined : { body };
  });
}

describe('consistency proofs from tiles', () => {
  test.each([
    [0, 700],
    [1, 2],
    [3, 7],
    [255, 256],
    [256, 257],
    [255, 700],
    [256, 512],
    [511, 513],
    [600, 699],
    [700, 700],
  ])('%i to %i, though the log has only the tiles of size 700', async (oldSize, newSize) => {
    await using server = await serveLog(700);
    const log = new LogClient({ url: server.url }, portableTreeHasher);
    const proof = await log.consistencyProof(BigInt(oldSize), BigInt(newSize));
    expect(proof.map((hash) => Buffer.from(hash))).toEqual(
      oldSize === 0 || oldSize === newSize ? [] : consistencyProof(oldSize, entries.slice(0, newSize)),
    );
    if (oldSize === 0) return;
    const [oldRoot, newRoot] = [rootOf(oldSize), rootOf(newSize)];
    const check = (bent: readonly Uint8Array[]) =>
      verifyConsistency(portableTreeHasher, BigInt(oldSize), BigInt(newSize), oldRoot, newRoot, bent);
    expect(check(proof)).toBe(true);
    expect(check([...proof, oldRoot])).toBe(false);
  });

  test('a tile is read once', async () => {
    await using server = await serveLog(700);
    const log = new LogClient({ url: server.url }, portableTreeHasher);
    for (let round = 0; round < 3; round++) await log.consistencyProof(300n, 700n);
    const paths = server.asked.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('a size beyond the published one cannot be proven', async () => {
    await using server = await serveLog(300);
    const log = new LogClient({ url: server.url }, portableTreeHasher);
    await expect(log.consistencyProof(10n, 700n)).rejects.toMatchObject({ status: 404 });
  });

  test('a tile that is cut short is no answer', async () => {
    await using server = await serveLog(700, (pages) => {
      for (const [path, tile] of pages) pages.set(path, tile.subarray(0, tile.length - 1));
    });
    const log = new LogClient({ url: server.url }, portableTreeHasher);
    await expect(log.consistencyProof(300n, 700n)).rejects.toMatchObject({ code: 'answer-unreadable' });
  });
});

test('the checkpoint is read, and refused where it is none', async () => {
  await using server = await serveLog(3);
  const log = new LogClient({ url: server.url }, portableTreeHasher);
  expect((await log.checkpoint()).checkpoint).toMatchObject({ origin: 'log.example', size: 3n });
  await using other = await serve(() => ({ body: 'hello' }));
  await expect(new LogClient({ url: other.url }, portableTreeHasher).checkpoint()).rejects.toMatchObject({
    code: 'answer-unreadable',
  });
});
