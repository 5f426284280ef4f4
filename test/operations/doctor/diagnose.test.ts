import { crc32 } from 'node:zlib';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diagnoseLedger } from '../../../src/compose/doctor.ts';
import { judgeFileSystem } from '../../../src/operations/doctor/disk.ts';
import { makeCertificate } from '../../certificates.ts';
import { nobody, serve } from '../../client/http-server.ts';
import { testWitness } from '../../oracle/witness.ts';
import { policyWith, startWitness } from '../../oracle/witness-server.ts';
import { eventually, startLedger, type TestLedger } from '../../server/ledger-fixture.ts';

/**
 * What the doctor finds that needs another time, another chain or another disk than a test has by
 * itself.
 */

let ledger: TestLedger;
let other: TestLedger;
const spare = mkdtempSync(join(tmpdir(), 'doctor-'));
beforeAll(async () => {
  [ledger, other] = await Promise.all([startLedger(), startLedger({ isOther: true })]);
});
afterAll(async () => {
  await Promise.all([ledger.remove(), other.remove()]);
  rmSync(spare, { recursive: true });
});

async function look(changed: Partial<Parameters<typeof diagnoseLedger>[0]> = {}) {
  const findings = await diagnoseLedger({
    dataDir: ledger.dataDir,
    chainDir: undefined,
    serviceUrl: ledger.server.url,
    rpcUrls: [ledger.server.chainUrl()!],
    chainPort: 0,
    diskReserveBytes: 0,
    witnessPolicy: undefined,
    nowMs: Date.now(),
    ...changed,
  });
  return Object.fromEntries(findings.map(({ code, level, text, repair }) => [code, { level, text, repair }]));
}

async function register(name: string): Promise<void> {
  const digests = { sha256: createHash('sha256').update(name).digest('hex') };
  const answer = await fetch(`${ledger.server.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ case: { number: 'c1' }, file: { name, size: 1 }, digests }),
  });
  expect(answer.status).toBe(201);
}

test('anchor-late: records wait, and the last anchor is more than an hour old', async () => {
  await register('anchored');
  await fetch(`${ledger.server.url}/v1/anchors`, { method: 'POST' });
  await eventually(async () => {
    const { anchors } = (await (await fetch(`${ledger.server.url}/v1/anchors`)).json()) as {
      anchors: { state: string; size: string }[];
    };
    return anchors.some(({ state, size }) => state === 'final' && size === '1') ? true : undefined;
  });
  const minutes = 60_000;
  // nothing waits
  expect((await look({ nowMs: Date.now() + 120 * minutes }))['anchor']).toMatchObject({ level: 'ok' });
  await register('waiting');
  expect((await look({ nowMs: Date.now() + 59 * minutes }))['anchor']).toMatchObject({ level: 'ok' });
  const late = (await look({ nowMs: Date.now() + 120 * minutes }))['anchor-late']!;
  expect(late).toMatchObject({ level: 'warning', repair: { en: expect.stringContaining('check the chain') } });
  expect(late.text.en).toMatch(/^1 records are not anchored yet, last anchor 1[12][0-9] minutes ago$/);
});

test('clock-behind: the data was written later than now', async () => {
  expect((await look())['clock']).toMatchObject({ level: 'ok' });
  const { level, repair } = (await look({ nowMs: Date.now() - 3_600_000 }))['clock-behind']!;
  expect([level, repair]).toEqual(['problem', { zh: '校准系统时钟', en: 'set the clock' }]);
});

test('chain-identity: the node is on another chain', async () => {
  expect((await look())['chain']).toMatchObject({ level: 'ok' });
  const { level, text } = (await look({ rpcUrls: [other.server.chainUrl()!] }))['chain-identity']!;
  expect([level, text.en]).toEqual([
    'problem',
    expect.stringMatching(/is not the pinned chain: .*(genesis block|contract|code)/),
  ]);
});

test('chain-long: a local chain of 20,000 blocks', async () => {
  const chain = join(spare, 'chain');
  cpSync(join(ledger.dataDir, 'chain'), chain, { recursive: true });
  const around = { chainDir: chain, rpcUrls: undefined };
  expect((await look(around))['chain-blocks']).toMatchObject({ level: 'ok' });
  const body = `{"t":1767225601,"parent":"0x${'0'.repeat(64)}","raw":"0x00"`;
  const line = `${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}\n`;
  appendFileSync(join(chain, 'transactions.jsonl'), line.repeat(20_000));
  expect((await look(around))['chain-long']).toMatchObject({ level: 'warning' });
});

test('file-system-remote: judged by the numbers that Linux gives to such file systems; none is mounted here [S31]', () => {
  // linux/magic.h: NFS, 9p, SMB, SMB2, CIFS, FUSE
  for (const type of [0x6969, 0x01021997, 0x517b, 0xfe534d42, 0xff534d42, 0x65735546]) {
    const { code, level, repair } = judgeFileSystem(type, 'linux');
    expect([code, level, repair?.en]).toEqual([
      'file-system-remote',
      'warning',
      'move the data folder to a local disk',
    ]);
  }
  // ext, XFS, btrfs, tmpfs, overlayfs
  for (const type of [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630]) {
    expect(judgeFileSystem(type, 'linux')).toMatchObject({ code: 'file-system', level: 'ok' });
  }
  // there the numbers mean other things
  expect(judgeFileSystem(0x6969, 'darwin')).toMatchObject({ code: 'file-system' });
});

test('witnesses: those that do not answer or refuse, as the running service has seen', async () => {
  const witnessPolicy = join(spare, 'policy');
  const [court, notary] = [testWitness('court.test', 1), testWitness('notary.test', 2)];
  await using witness = await startWitness(court); // it knows no log
  writeFileSync(witnessPolicy, policyWith(1, witness, { key: notary, url: await nobody() }));
  // the service has no policy yet: only whether the address answers is known
  const before = await look({ witnessPolicy });
  expect(before['witness']).toMatchObject({ level: 'ok', text: { en: `the witness w0 at ${witness.url} answers` } });
  expect(before['witness-silent']).toMatchObject({
    level: 'warning',
    repair: { en: expect.stringContaining('address') },
  });
  expect(before['witness-silent']!.text.en).toContain('the witness w1 at');

  await ledger.restart({ witnessPolicy });
  const after = await eventually(async () => {
    const found = await look({ witnessPolicy });
    return found['witness-refuses'] === undefined ? undefined : found;
  });
  expect(after['witness-refuses']).toMatchObject({
    level: 'warning',
    repair: { en: expect.stringContaining('the key of this log'), zh: expect.stringContaining('见证节点') },
  });
  expect(after['witness-silent']).toMatchObject({ level: 'warning' });
  expect(after['witness']).toBeUndefined();

  writeFileSync(witnessPolicy, 'quorum x\n');
  expect((await look({ witnessPolicy }))['witness-policy-wrong']).toMatchObject({ level: 'problem' });
});

test('a witness that contradicts the log is a problem', async () => {
  await using service = await serve(() => ({
    body: JSON.stringify({ witnesses: { w0: 'witness-conflict' }, anchors: [] }),
  }));
  const witnessPolicy = join(spare, 'policy');
  writeFileSync(witnessPolicy, policyWith(1, { key: testWitness('court.test', 1), url: 'http://127.0.0.1:1' }));
  const found = await look({ witnessPolicy, serviceUrl: service.url });
  expect(found['witness-conflict']).toMatchObject({ level: 'problem', text: { en: expect.stringContaining('w0') } });
});

describe('how other machines reach the service', () => {
  const dir = mkdtempSync(join(tmpdir(), 'doctor-tls-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  test.each([
    [100, 'certificate', 'ok'],
    [10, 'certificate-expiring', 'warning'],
  ] as const)('a certificate of %s days is %s', async (days, code, level) => {
    const { cert, key } = makeCertificate(dir, `for-${days}`, { days });
    expect(await look({ tlsCert: cert, tlsKey: key })).toMatchObject({ [code]: { level } });
    const later = Date.now() + 101 * 24 * 60 * 60 * 1000;
    const found = await look({ tlsCert: cert, tlsKey: key, nowMs: later });
    expect(found['certificate-expired']?.level).toBe('problem');
    expect((await look({ tlsCert: cert }))['certificate-wrong']?.level).toBe('problem');
  });

  test('connections without encryption, and a proxy before there are accounts', async () => {
    const found = await look({ insecureHttp: true, behindProxy: ['127.0.0.1'] });
    expect(found).toMatchObject({
      'insecure-http': { level: 'warning' },
      'proxy-without-people': { level: 'warning' },
    });
    expect(Object.keys(await look())).not.toContain('insecure-http');
  });
});
