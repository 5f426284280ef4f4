import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Service, Workplace } from './program.ts';

interface Judged {
  readonly exit: number;
  readonly verdict: string;
  readonly independence: string;
  readonly object: {
    readonly anchoredBy: { readonly blockTime?: string };
    readonly notBefore: { readonly blockTime?: string };
  };
  readonly steps: readonly { readonly step: string; readonly status: string; readonly code: string }[];
}

/** A receipt of today, a pinned trust file, and nothing else: service and chain are stopped. */
describe('offline', () => {
  const workplace = new Workplace();
  const service = new Service(workplace);
  const [file, trust] = ['letter.txt', 'trust.json'].map((name) => join(workplace.dir, name)) as [string, string];
  const receipt = `${file}.receipt.json`;
  const verify = (...more: string[]) =>
    workplace.json<Judged>(['verify', file, '--trust', trust, '--offline', ...more]);
  const pin = () =>
    workplace.json<{ pinned: object[]; isOfflineReady: boolean }>([
      'trust',
      'pin-block',
      receipt,
      '--trust',
      trust,
      '--rpc',
      service.chainUrl,
    ]);

  beforeAll(async () => {
    await service.start();
    // the first registration has no final block with a record before it; this one names the block
    // of the first anchor, or one before
    writeFileSync(join(workplace.dir, 'first.txt'), 'the first letter');
    await workplace.run(['add', join(workplace.dir, 'first.txt'), '--wait', 'final']);
    writeFileSync(file, 'a letter');
    expect((await workplace.run(['add', file, '--wait', 'final'])).exit).toBe(0);
    writeFileSync(trust, await (await fetch(`${service.url}/trust.json`)).text());
  });

  afterAll(async () => {
    await service.stop();
    workplace.remove();
  });

  test('the receipt brings both headers and the proof', () => {
    const { anchor } = JSON.parse(readFileSync(receipt, 'utf8')) as { anchor: Record<string, unknown> };
    expect(anchor['header']).toMatch(/^0x[0-9a-f]{900,}$/);
    expect(anchor['notBeforeHeader']).toMatch(/^0x[0-9a-f]{900,}$/);
    expect(anchor['receiptProof']).toHaveLength(1);
  });

  test('nothing is believed before the blocks are pinned', async () => {
    expect(await verify()).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
  });

  test('blocks are pinned once nodes have confirmed them, and only then', async () => {
    const before = readFileSync(trust, 'utf8');
    expect((await workplace.run(['trust', 'pin-block', receipt, '--trust', trust])).exit, 'no node named').toBe(2);
    const silent = ['trust', 'pin-block', receipt, '--trust', trust, '--rpc', 'http://127.0.0.1:1'];
    expect((await workplace.run(silent)).exit).toBe(6);
    expect(readFileSync(trust, 'utf8')).toBe(before);
    expect(await pin()).toMatchObject({ exit: 0, isOfflineReady: true, pinned: [{}, {}] });
    const written = readFileSync(trust, 'utf8');
    expect((JSON.parse(written) as { pinnedBlocks: unknown[] }).pinnedBlocks).toHaveLength(2);
    expect((await pin()).exit).toBe(0);
    expect(readFileSync(trust, 'utf8'), 'pinned twice is pinned once').toBe(written);
  });

  test('a folder of receipts is pinned at once; one that is not confirmed decides the exit code', async () => {
    const other = join(workplace.dir, 'folder-trust.json');
    writeFileSync(other, JSON.stringify({ ...(JSON.parse(readFileSync(trust, 'utf8')) as object), pinnedBlocks: [] }));
    const pinAll = ['trust', 'pin-block', workplace.dir, '--trust', other, '--rpc', service.chainUrl];
    expect(await workplace.json(pinAll)).toMatchObject({ exit: 0, isOfflineReady: true });
    const { pinnedBlocks } = JSON.parse(readFileSync(other, 'utf8')) as { pinnedBlocks: { number: string }[] };
    const numbers = pinnedBlocks.map(({ number }) => number);
    expect(new Set(numbers).size, 'each block once').toBe(numbers.length);
    const pending = JSON.parse(readFileSync(receipt, 'utf8')) as { anchor: object | null };
    pending.anchor = null;
    const path = join(workplace.dir, 'pending.receipt.json');
    writeFileSync(path, JSON.stringify(pending));
    const mixed = await workplace.json<{ notPinned: { receipt: string }[] }>([
      'trust',
      'pin-block',
      receipt,
      path,
      '--trust',
      other,
      '--rpc',
      service.chainUrl,
    ]);
    expect(mixed.exit).not.toBe(0);
    expect(mixed.notPinned).toMatchObject([{ receipt: path }]);
    rmSync(path);
  });

  test('file, receipt and pinned trust file alone are enough', async () => {
    await service.stop();
    const report = await verify();
    // only the operator's own node confirmed the block
    expect(report).toMatchObject({ exit: 0, verdict: 'VERIFIED', independence: 'none', stated: 'pinned-block' });
    const { anchoredBy, notBefore } = report.object;
    expect(Date.parse(notBefore.blockTime!)).toBeLessThanOrEqual(Date.parse(anchoredBy.blockTime!));
    const asked = ['verify', file, '--trust', trust, '--rpc', service.chainUrl];
    expect((await workplace.json<Judged>(asked)).verdict, 'a node that is silent does not matter').toBe('VERIFIED');
  });

  test('one changed bit of header or proof fails it', async () => {
    const honest = readFileSync(receipt, 'utf8');
    for (const field of ['header', 'notBeforeHeader', 'receiptProof'] as const) {
      const bent = JSON.parse(honest) as { anchor: Record<string, string | string[]> };
      const flip = (hex: string) => hex.slice(0, -1) + (Number.parseInt(hex.at(-1)!, 16) ^ 1).toString(16);
      const value = bent.anchor[field]!;
      bent.anchor[field] = typeof value === 'string' ? flip(value) : value.map(flip);
      const path = join(workplace.dir, `${field}.receipt.json`);
      writeFileSync(path, JSON.stringify(bent));
      expect(await verify('--receipt', path), field).toMatchObject({ exit: 5, verdict: 'INCONSISTENT' });
      const pinBent = ['trust', 'pin-block', path, '--trust', trust, '--rpc', service.chainUrl];
      expect((await workplace.run(pinBent)).exit, field).toBe(5);
    }
    expect(existsSync(receipt)).toBe(true);
  });
});
