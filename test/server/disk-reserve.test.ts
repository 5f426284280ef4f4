import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ballast } from '../../src/adapters/data-folder/ballast.ts';
import { BALLAST_BYTES, reserveOf } from '../../src/log/disk-reserve.ts';
import { DiskReserve } from '../../src/server/background/disk-reserve.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

const GIB = 1024 ** 3;

describe('the reserve', () => {
  test('is 1 GiB or 5 %, whichever is more, or what was set', () => {
    expect([reserveOf(4 * GIB, undefined), reserveOf(100 * GIB, undefined), reserveOf(100 * GIB, 7)]).toEqual([
      GIB,
      5 * GIB,
      7,
    ]);
  });

  test('asks the disk at most once a second, and again after a failure', async () => {
    let [asked, nowMs, freeBytes] = [0, 0, 10];
    const space = async () => {
      if (++asked === 3) throw new Error('no answer');
      return { freeBytes, totalBytes: 100 };
    };
    const ballast = { sizeBytes: 0, isWhole: () => true, make: async () => {} };
    const disk = new DiskReserve({ space, ballast, reserveBytes: 4, nowMs: () => nowMs });
    await disk.requireRoom(6);
    freeBytes = 3;
    nowMs = 999;
    await disk.requireRoom();
    expect(asked).toBe(1);
    nowMs = 1000;
    await expect(disk.requireRoom()).rejects.toMatchObject({ code: 'storage-full' });
    nowMs = 2000;
    await expect(disk.requireRoom()).rejects.toThrow('no answer');
    freeBytes = 20;
    await disk.requireRoom();
    await expect(disk.requireRoom(17)).rejects.toMatchObject({ code: 'storage-full' });
    expect(asked).toBe(4);
  });
});

describe('the ballast', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-'));
  const path = join(folder, 'ballast');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('nothing is registered without it, and it is created once it fits twice next to the reserve', async () => {
    const ballast = new Ballast(path, BALLAST_BYTES);
    let [nowMs, freeBytes] = [0, 4 + 2 * ballast.sizeBytes - 1];
    const taken = () => (existsSync(path) ? ballast.sizeBytes : 0);
    const space = async () => ({ freeBytes: freeBytes - taken(), totalBytes: 100 });
    const disk = new DiskReserve({ space, ballast, reserveBytes: 4, nowMs: () => nowMs });
    expect([await disk.hasRoom(), await disk.canWrite(), ballast.isWhole()]).toEqual([false, true, false]);
    freeBytes = 1000;
    nowMs += 1000;
    expect([await disk.hasRoom(), await disk.canWrite()]).toEqual([false, false]);
    freeBytes = 4 + 2 * ballast.sizeBytes;
    nowMs += 1000;
    const { sizeBytes } = ballast;
    expect([await disk.hasRoom(sizeBytes), await disk.hasRoom(sizeBytes + 1), ballast.isWhole()]).toEqual([
      true,
      false,
      true,
    ]);
    expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(ballast.sizeBytes);
  });

  test('an incomplete one does not count, and is released like a complete one', async () => {
    const ballast = new Ballast(path, BALLAST_BYTES);
    truncateSync(path, 1000);
    expect(ballast.isWhole()).toBe(false);
    expect([await ballast.release(), await ballast.release(), existsSync(path)]).toEqual([true, false, false]);
  });
});

describe('a service on a full disk', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.remove());

  const call = (path: string, body?: string, type = 'application/json', headers: Record<string, string> = {}) =>
    fetch(`${ledger.server.url}${path}`, {
      ...(body !== undefined && { method: 'POST', body }),
      headers: body === undefined ? {} : { 'content-type': type, ...headers },
    });
  const registration = (name: string) => {
    const sha256 = createHash('sha256').update(name).digest('hex');
    return JSON.stringify({ case: { number: 'c1' }, file: { name, size: 3 }, digests: { sha256 } });
  };
  const statusAndCode = async (answer: Promise<Response>) => {
    const { status, code } = (await (await answer).json()) as { status: number; code: string };
    return [status, code];
  };

  test('refuses writes before anything is written, also right after its start; reads, verifies, repeats [S8]', async () => {
    const key = { 'idempotency-key': 'k1' };
    const first = await call('/v1/evidence', registration('a'), undefined, key);
    const receipt = (await first.json()) as { record: { header: { id: string } } };
    await ledger.restart({ diskReserveBytes: Number.MAX_SAFE_INTEGER });

    const full = [507, 'storage-full'];
    expect(await statusAndCode(call('/v1/evidence', registration('b')))).toEqual(full);
    expect(await statusAndCode(call('/v1/contents', 'bytes', 'application/octet-stream'))).toEqual(full);
    const lines = `${registration('c')}\n${registration('d')}\n`;
    const batch = await call('/v1/evidence/batch', lines, 'application/x-ndjson');
    const codes = (await batch.text())
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { code: string }).code);
    expect([batch.status, codes]).toEqual([200, ['storage-full', 'storage-full']]);
    expect(ledger.server.size()).toBe(1n);
    expect(readdirSync(join(ledger.dataDir, 'contents'))).toEqual(['incoming']);
    expect(readdirSync(join(ledger.dataDir, 'contents/incoming'))).toEqual([]);

    const { id } = receipt.record.header;
    expect((await call(`/v1/evidence/${id}/receipt`)).status).toBe(200);
    // the chain may be starting still, or have anchored the record by now
    await eventually(async () => {
      const answer = await call('/v1/verify', JSON.stringify({ receipt }));
      const { verdict } = (await answer.json()) as { verdict: string };
      return ['PENDING', 'VERIFIED'].includes(verdict) ? verdict : undefined;
    });
    const again = await call('/v1/evidence', registration('a'), undefined, key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(await (await call('/readyz')).json()).toMatchObject({ status: 'refusing', reason: 'storage-full' });

    expect(ledger.events).toContainEqual({ type: 'refusing', code: 'storage-full' });

    await ledger.restart({ diskReserveBytes: 0 });
    expect((await call('/v1/evidence', registration('b'))).status).toBe(201);
  });
});
