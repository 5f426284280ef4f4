import { LedgerError } from '../../src/text/ledger-error.ts';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStore } from '../../src/adapters/embedded-store/store.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { Log } from '../../src/log/log.ts';
import type { AnchorChain, LogSigner } from '../../src/log/ports.ts';
import { signedHead } from '../../src/log/signed-head.ts';
import { parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { checkNote, verifierKey } from '../../src/protocol/note/vkey.ts';
import { Directory } from '../../src/people/directory.ts';
import { createApp } from '../../src/server/app.ts';
import { HandlerCount } from '../../src/http/handler-count.ts';
import type { ServerContext } from '../../src/server/context.ts';

/**
 * The log as a stranger's auditor sees it, at the sizes where tiles begin, fill and stack. What
 * should be served is computed here from the entries, level by level, without the code under test.
 */
const SIZES = [0, 1, 255, 256, 257, 65_536, 70_000];
const ORIGIN = 'tiles.test/log';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const key = verifierKey(ORIGIN, new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)));
const signer: LogSigner = {
  origin: ORIGIN,
  sign: (text) => ({ name: ORIGIN, keyId: key.keyId, signature: new Uint8Array(sign(null, text, privateKey)) }),
};

let folder: string;
let log: Log;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evl-tiles-'));
  const hashes = { hash: nodeSha256, hasher: nodeTreeHasher };
  const head = signedHead(signer, 0n, nodeTreeHasher.empty, 0);
  const store = await createStore({ dir: folder, ...hashes }, head);
  await store.publish({ size: 0n, note: head.note });
  let serial = 0;
  log = await Log.open({
    ...hashes,
    store,
    signer,
    chain: noChain(),
    clock: Date.now,
    random: randomBytes,
    newIdentifiers: () => ({ id: `id-${serial++}`, number: `number-${serial}` }),
    place: { chainId: 1n, genesisHash: '0x', contract: '0x', logs: [{ logId: '0x', fromSize: 0n }] },
    anchorIntervalMs: 0,
    onHalt: () => {},
  });
  const context = {
    log,
    handlers: new HandlerCount(),
    onRequest: () => {},
    people: { directory: new Directory() },
    proxies: [],
    publicHosts: [],
    requestsPerSecond: 0,
    clock: Date.now,
    random: randomBytes,
  };
  server = createServer(createApp(context as unknown as ServerContext));
  // a log that grows keeps this process busy for longer than a connection may be idle
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await log.store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(SIZES)('at size %i', (size) => {
  let levels: Buffer[][];

  beforeAll(async () => {
    await grow(size);
    levels = treeLevels(await entries(size));
  });

  test('the checkpoint is signed and states the root of the entries', async () => {
    const answer = await fetch(`${url}/log/checkpoint`);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const note = parseNote(await answer.text());
    expect(checkNote(note, [key]).status).toBe('signed');
    const checkpoint = parseCheckpoint(note.text);
    expect(checkpoint).toMatchObject({ origin: ORIGIN, size: BigInt(size) });
    expect(Buffer.from(checkpoint.root)).toEqual(rootOf(levels));
  });

  test('every tile has the hashes of its subtrees, and its partial forms are prefixes', async () => {
    for (const [level, hashes] of tileLevels(levels).entries()) {
      for (let first = 0; first < hashes.length; first += 256) {
        const tile = hashes.slice(first, first + 256);
        expect(await tileAt(level, first / 256, tile.length)).toEqual(Buffer.concat(tile));
        const narrower = Math.floor(tile.length / 2);
        if (narrower > 0 && first + 256 > hashes.length - 256) {
          expect(await tileAt(level, first / 256, narrower)).toEqual(Buffer.concat(tile.slice(0, narrower)));
        }
      }
    }
  });

  test('what the tree does not have is not found', async () => {
    const shape = tileLevels(levels).map((hashes) => hashes.length);
    const absent = [
      ...shape.flatMap((count, level) => beyond(count).map(([n, width]) => tilePath(level, n, width))),
      ...beyond(size).map(([n, width]) => tilePath('entries', n, width)),
      tilePath(shape.length, 0, 1),
      tilePath(63, 0, 256),
    ];
    for (const path of absent) expect([path, (await fetch(`${url}/log/${path}`)).status]).toEqual([path, 404]);
  });
});

test.each([
  'tile/0/0',
  'tile/0/00',
  'tile/0/0000',
  'tile/00/000',
  'tile/-1/000',
  'tile/64/000',
  'tile/0/000/',
  'tile/0//000',
  'tile/0/000.p/0',
  'tile/0/000.p/00',
  'tile/0/000.p/01',
  'tile/0/000.p/256',
  'tile/0/000.p/',
  'tile/0/000.p',
  'tile/0/x000/000',
  'tile/0/X001/000',
  'tile/0/001/000',
  'tile/0/x001',
  'tile/entries/0',
  'tile/Entries/000',
  'tile/data/000',
  'tile/0/%30%30%30',
  'tile/0/000%2Ep/1',
  'tile/0/0 0',
  'tile',
  'tile/',
  'Checkpoint',
  'checkpoint/',
])('a path of another spelling is not found: %s', async (path) => {
  expect((await fetch(`${url}/log/${path}`)).status).toBe(404);
});

/** Registers up to `size` and publishes exactly there. */
async function grow(size: number): Promise<void> {
  for (let at = Number(log.store.head().size); at < size; at = Number(log.store.head().size)) {
    const count = Math.min(4096, size - at);
    const draft = { kind: 'evidence', sections: { file: { name: 'x' } }, lookups: [] };
    await Promise.all(Array.from({ length: count }, () => log.register(draft)));
  }
  await log.publishStep();
}

async function entries(size: number): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for (let n = 0; n * 256 < size; n++) {
    const width = Math.min(256, size - n * 256);
    const answer = await fetch(`${url}/log/${tilePath('entries', n, width)}`);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const bundle = Buffer.from(await answer.arrayBuffer());
    expect(bundle.length).toBe(width * 35);
    for (let at = 0; at < bundle.length; at += 35) {
      expect(bundle.readUInt16BE(at)).toBe(33);
      all.push(bundle.subarray(at + 2, at + 35));
    }
  }
  return all;
}

/** Level k holds the hashes of the complete subtrees of 2^k leaves. */
function treeLevels(all: readonly Buffer[]): Buffer[][] {
  const levels = [all.map((entry) => sha256(Buffer.of(0), entry))];
  while (levels.at(-1)!.length > 1) {
    const below = levels.at(-1)!;
    const pairs = Array.from({ length: below.length >> 1 }, (_, i) =>
      sha256(Buffer.of(1), below[2 * i]!, below[2 * i + 1]!),
    );
    levels.push(pairs);
  }
  return levels;
}

function tileLevels(levels: Buffer[][]): Buffer[][] {
  return levels.filter((hashes, level) => level % 8 === 0 && hashes.length > 0);
}

/**
 * The last complete subtree of each size that is not inside a larger one, folded from the right.
 */
function rootOf(levels: Buffer[][]): Buffer {
  const peaks = levels.filter((hashes) => hashes.length % 2 === 1).map((hashes) => hashes.at(-1)!);
  const [smallest, ...larger] = peaks;
  if (smallest === undefined) return sha256();
  return larger.reduce((right, left) => sha256(Buffer.of(1), left, right), smallest);
}

/**
 * Tiles just past the end of a level with `count` hashes: one hash more, the full tile, the next
 * tile.
 */
function beyond(count: number): [number, number][] {
  const [last, width] = [Math.floor(count / 256), count % 256];
  return width === 255
    ? [
        [last, 256],
        [last + 1, 1],
      ]
    : [
        [last, width + 1],
        [last, 256],
        [last + 1, 1],
      ];
}

async function tileAt(level: number, n: number, width: number): Promise<Buffer> {
  const answer = await fetch(`${url}/log/${tilePath(level, n, width)}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

function tilePath(level: number | 'entries', n: number, width: number): string {
  const last = String(n % 1000).padStart(3, '0');
  const groups = n < 1000 ? last : `x${String(Math.floor(n / 1000)).padStart(3, '0')}/${last}`;
  return `tile/${level}/${groups}${width === 256 ? '' : `.p/${width}`}`;
}

function sha256(...parts: Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function noChain(): AnchorChain {
  const refuse = () =>
    Promise.reject(
      new LedgerError('chain-unreachable', { reason: { zh: '没有区块链', en: 'there is no chain here' } }),
    );
  return {
    finalBlock: refuse,
    head: refuse,
    prepare: refuse,
    bumpFees: refuse,
    send: refuse,
    state: refuse,
    isNonceUsed: refuse,
    header: refuse,
    hasBlock: refuse,
  };
}
