import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readLogKey } from '../../src/adapters/keys/log-key.ts';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import type { Report } from '../../src/protocol/verify/report.ts';
import { verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import type { ServeEvent } from '../../src/server/service-events.ts';
import { evl } from '../cli/evl.ts';
import { nobody } from '../client/http-server.ts';
import type { ReceiptJson, TrustJson } from '../oracle/ledger.ts';
import { checkpointText, signatureLine } from '../oracle/note.ts';
import { testWitness } from '../oracle/witness.ts';
import { type Cosigned, policyWith, startWitness, type TestWitness } from '../oracle/witness-server.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

/** The whole service with witnesses over real HTTP. */

const folder = mkdtempSync(join(tmpdir(), 'evl-witnesses-'));
const policyFile = join(folder, 'policy');
let ledger: TestLedger;
let court: TestWitness;
let notary: TestWitness;
let serial = 0;

beforeAll(async () => {
  ledger = await startLedger();
  const vkey = vkeyOf(ledger);
  [court, notary] = [
    await startWitness(testWitness('court.test/witness', 1), vkey),
    await startWitness(testWitness('notary.test/witness', 2), vkey),
  ];
  writeFileSync(policyFile, policyWith(2, court, notary));
  await ledger.restart({ witnessPolicy: policyFile });
  await eventually(hasFinalBlock);
});
afterAll(async () => {
  await ledger.remove();
  await court[Symbol.asyncDispose]();
  await notary[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  court.misbehave = undefined;
  notary.misbehave = undefined;
});

function vkeyOf({ dataDir }: TestLedger, nth = 0): string {
  const trust = JSON.parse(readFileSync(join(dataDir, 'trust.json'), 'utf8')) as TrustJson;
  return trust.log.keys[nth]!.vkey;
}

const isDown = () => ({ isDropped: true });
const get = async <T>(path: string) => (await fetch(ledger.server.url + path)).json() as Promise<T>;

async function register({ server } = ledger): Promise<Response> {
  const digests = { sha256: createHash('sha256').update(`file ${serial++}`).digest('hex') };
  return fetch(`${server.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ case: { number: 'c1' }, file: { name: 'a', size: 1 }, digests }),
  });
}

/** Records name the newest block of their time once the heartbeat knows one. */
async function hasFinalBlock(): Promise<true | undefined> {
  const { record } = (await (await register()).json()) as ReceiptJson;
  const { notBefore } = record.disclosed.find(({ name }) => name === 'time')!.value as { notBefore: object | null };
  return notBefore === null ? undefined : true;
}

async function registered(): Promise<string> {
  const answer = await register();
  expect(answer.status).toBe(201);
  return ((await answer.json()) as ReceiptJson).record.header.id;
}

/** Names under the served checkpoint of the present size. */
async function signersAt(size: bigint): Promise<string[]> {
  const checkpoint = await (await fetch(`${ledger.server.url}/log/checkpoint`)).text();
  if (checkpoint.split('\n')[1] !== size.toString()) return [];
  return [...checkpoint.matchAll(/^— (\S+) /gm)].map(([, name]) => name!);
}

async function publishedBy(count: number): Promise<string[]> {
  return eventually(async () => {
    const signers = await signersAt(ledger.server.size());
    return signers.length === count ? signers : undefined;
  });
}

async function anchored(id: string): Promise<ReceiptJson> {
  await fetch(`${ledger.server.url}/v1/anchors`, { method: 'POST' });
  return eventually(async () => {
    const receipt = await get<ReceiptJson>(`/v1/evidence/${id}/receipt`);
    return receipt.anchor === null ? undefined : receipt;
  });
}

async function verdictOnline(receipt: ReceiptJson): Promise<Report> {
  const answer = await fetch(`${ledger.server.url}/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ receipt }),
  });
  return (await answer.json()) as Report;
}

/** With the operator's trust file and the block of the anchor pinned, and no node asked. */
async function verdictOffline(receipt: ReceiptJson): Promise<Report> {
  const trust = await get<TrustJson>('/trust.json');
  const { anchor } = receipt;
  const { notBefore } = receipt.record.disclosed.find(({ name }) => name === 'time')!.value as { notBefore: object };
  const pinnedBlocks =
    anchor === null ? [] : [{ number: anchor.blockNumber, hash: anchor.blockHash }, pinOf(notBefore)];
  return verifyReceipt({
    receipt: parseReceipt(JSON.stringify(receipt)),
    trust: { source: 'file', value: parseTrust(JSON.stringify({ ...trust, pinnedBlocks })) },
    chain: [],
    hash: nodeSha256,
  });
}

function pinOf(block: object): object {
  const { number, hash } = block as { number: string; hash: string };
  return { number, hash };
}

async function verdicts(receipt: ReceiptJson) {
  const reports = [await verdictOnline(receipt), await verdictOffline(receipt)];
  return reports.map(({ verdict, steps }) => {
    const step = steps.find((each) => each.step === 'witness-policy')!;
    return `${verdict} ${step.status} ${step.code}`;
  });
}

test('the trust file requires the quorum of the policy, to the byte', async () => {
  expect((await get<{ witnessPolicy: string }>('/trust.json')).witnessPolicy).toBe(readFileSync(policyFile, 'utf8'));
});

describe('verdicts with a policy of 2 of 2', () => {
  test('both answer: checkpoint and receipts carry both', async () => {
    const id = await registered();
    expect((await publishedBy(3)).slice(1)).toEqual(['court.test/witness', 'notary.test/witness']);
    const pending = await get<ReceiptJson>(`/v1/evidence/${id}/receipt`);
    expect(await verdicts(pending)).toEqual(['PENDING pass ok', 'PENDING pass ok']);
    const receipt = await anchored(id);
    expect(receipt.proof.match(/^— /gm)).toHaveLength(3);
    expect(await verdicts(receipt)).toEqual(['VERIFIED pass ok', 'VERIFIED pass ok']);
    expect((await verdictOffline(receipt)).independence).toContain('witnesses');
    const { url, chainUrl } = ledger.server;
    expect((await evl(['audit', '--url', url, '--rpc', chainUrl()!])).exit).toBe(0);
  });

  test.each([
    ['one', 1],
    ['none', 0],
  ] as const)(
    '%s answers: the anchor comes all the same, the verdict waits for the quorum',
    async (_, answering) => {
      court.misbehave = isDown;
      if (answering === 0) notary.misbehave = isDown;
      const id = await registered();
      await publishedBy(1 + answering);
      const pending = await get<ReceiptJson>(`/v1/evidence/${id}/receipt`);
      const missing = 'unknown too-few-cosignatures';
      expect(await verdicts(pending)).toEqual([`PENDING ${missing}`, `PENDING ${missing}`]);
      const receipt = await anchored(id);
      expect(receipt.proof.match(/^— /gm)).toHaveLength(1 + answering);
      expect(await verdicts(receipt)).toEqual([`INDETERMINATE ${missing}`, `INDETERMINATE ${missing}`]);
      expect((await fetch(`${ledger.server.url}/readyz`)).status).toBe(200);
      expect((await get<{ witnesses: object }>('/readyz')).witnesses).toMatchObject({ w0: 'witness-silent' });

      // They come back: the same anchor gets its quorum.
      court.misbehave = undefined;
      notary.misbehave = undefined;
      const later = await eventually(async () => {
        const newer = await get<ReceiptJson>(`/v1/evidence/${id}/receipt`);
        return newer.proof.match(/^— /gm)!.length === 3 ? newer : undefined;
      });
      expect(later.anchor!.size).toBe(receipt.anchor!.size);
      expect(await verdicts(later)).toEqual(['VERIFIED pass ok', 'VERIFIED pass ok']);
      await upgradedTo(later, receipt);
    },
    120_000,
  );
});

/**
 * `evl receipt upgrade` brings the file of the anchored receipt to the one with the quorum, if the
 * trust file requires that.
 */
async function upgradedTo(later: ReceiptJson, receipt: ReceiptJson): Promise<void> {
  const [file, trustFile] = [join(folder, 'held.receipt.json'), join(folder, 'trust.json')];
  const { witnessPolicy, ...plain } = await get<TrustJson & { witnessPolicy: string }>('/trust.json');
  writeFileSync(file, JSON.stringify(receipt));
  const upgrade = async () => evl(['receipt', 'upgrade', file, '--url', ledger.server.url, '--trust', trustFile]);
  const held = () => JSON.parse(readFileSync(file, 'utf8')) as ReceiptJson;
  writeFileSync(trustFile, JSON.stringify(plain));
  expect((await upgrade()).exit).toBe(0);
  expect(held()).toEqual(receipt);
  writeFileSync(trustFile, JSON.stringify({ ...plain, witnessPolicy }));
  expect((await upgrade()).exit).toBe(0);
  expect(held()).toEqual(later);
}

test('metrics and events name each witness', async () => {
  const metrics = await (await fetch(`${ledger.server.url}/metrics`)).text();
  expect(metrics).toMatch(/^evl_witness_last_success_seconds\{witness="w0"\} 1[0-9]{9}/m);
  expect(metrics).toMatch(/^evl_witness_answers\{witness="w1"\} 1$/m);
  expect(metrics).toMatch(/^evl_witness_failures_total\{witness="w0",alarm="witness-silent"\} [1-9]/m);
  expect(metrics).toMatch(/^evl_witness_failures_total\{witness="w0",alarm="witness-ahead"\} 0$/m);
  const problems = ledger.events.filter(({ type }) => type === 'witness-problem');
  expect(problems).toContainEqual(expect.objectContaining({ name: 'w0', code: 'witness-silent' }));
  expect(ledger.events).toContainEqual({ type: 'witness-answers', name: 'w0' });
});

test('a policy for later sizes: the trust file is v2, and its witnesses are asked', async () => {
  const size = (ledger.server.size() + 1n).toString();
  const file = join(folder, 'policies.json');
  const policies = [
    { fromSize: '0', policy: 'quorum none\n', untilBlock: '1' },
    { fromSize: size, policy: readFileSync(policyFile, 'utf8') },
  ];
  writeFileSync(file, JSON.stringify(policies));
  await ledger.restart({ witnessPolicy: file });
  expect(await get('/trust.json')).toMatchObject({ format: 'evidence-ledger/trust/v2', witnessPolicies: policies });
  await registered();
  expect(await publishedBy(3)).toContain('court.test/witness');
  writeFileSync(file, JSON.stringify(policies.toReversed()));
  await expect(ledger.restart()).rejects.toMatchObject({ code: 'witness-policy-wrong' });
  await ledger.restart({ witnessPolicy: policyFile });
  expect(await get('/trust.json')).toMatchObject({ format: 'evidence-ledger/trust/v1' });
});

test('an answer of a megabyte and a cosignature of another text are not published', async () => {
  court.misbehave = ({ method }) => (method === 'POST' ? { body: 'x'.repeat(1024 * 1024) } : undefined);
  notary.misbehave = ({ method }) =>
    method === 'POST' ? { body: [...court.logs.values()][0]!.note.slice(-200) } : undefined;
  await registered();
  const origin = [...court.logs.keys()][0];
  expect(await publishedBy(1)).toEqual([origin]);
  court.misbehave = undefined;
  notary.misbehave = undefined;
  expect(await publishedBy(3)).toContain('court.test/witness');
});

test('where an external head is required and the chain is down, a head that a witness has cosigned is enough, and nothing less', async () => {
  const lonely = await startLedger({ isOther: true });
  const witness = await startWitness(testWitness('court.test/witness', 1), vkeyOf(lonely));
  const policy = join(folder, 'one');
  writeFileSync(policy, policyWith(1, witness));
  await lonely.restart({ witnessPolicy: policy });
  await eventually(async () => (witness.logs.size > 0 ? true : undefined));
  await lonely.restart({ requireOutsideHead: true, rpcUrls: [await nobody()] });
  expect((await register(lonely)).status).toBe(201);

  const [[origin, shown]] = [...witness.logs] as [[string, Cosigned]];
  for (const note of [shown.note.replace(/\n— court[^\n]*/, ''), shown.note.replace(/\n— (?!court)[^\n]*/, '')]) {
    witness.logs.set(origin, { ...shown, note });
    await lonely.restart();
    const refused = await register(lonely);
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'outside-head-missing' }]);
  }
  witness.logs.set(origin, shown);
  await eventually(async () => ((await register(lonely)).status === 201 ? true : undefined));
  expect(lonely.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['awaiting-outside', 'outside-agrees']));
  await lonely.remove();
  await witness[Symbol.asyncDispose]();
});

describe('an older copy of the whole folder, with its chain, and a witness that remembers', () => {
  const copy = join(folder, 'copy');
  const pin = join(folder, 'pin');
  const [posts, gets] = [/^POST/, /^GET/];
  const deaf = (kinds: RegExp) => (asked: { method: string }) =>
    kinds.test(asked.method) ? { status: 404 } : undefined;

  beforeAll(async () => {
    await registered();
    await publishedBy(3);
    await ledger.server.stop();
    cpSync(ledger.dataDir, copy, { recursive: true });
    await ledger.restart();
    await registered();
    await publishedBy(3);
    writeFileSync(pin, await (await fetch(`${ledger.server.url}/log/checkpoint`)).text());
  });

  async function startOlderCopy(requireOutsideHead = false): Promise<void> {
    await ledger.server.stop();
    rmSync(ledger.dataDir, { recursive: true });
    cpSync(copy, ledger.dataDir, { recursive: true });
    ledger.events.length = 0;
    await ledger.restart({ requireOutsideHead });
  }
  const halts = () => ledger.events.filter(({ type }) => type === 'halted');

  test('it shows our signature: nothing is signed, and both heads are reported', async () => {
    await startOlderCopy();
    const refused = await register();
    expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ code: 'log-halted' })]);
    const size = Number(ledger.server.size());
    const heads = new RegExp(
      `the witness w0 holds size ${size + 1} with root \\S+, this log has size ${size} with root`,
    );
    expect(halts()).toMatchObject([{ code: 'log-rolled-back', text: { en: expect.stringMatching(heads) } }]);
    expect(await signersAt(BigInt(size))).toHaveLength(3); // what was published stays
  });

  test('no key change against a witness or a pin; after one without them the witness still halts the log', async () => {
    await startOlderCopy();
    await ledger.server.stop();
    const size = Number(ledger.server.size());
    const at = { EVL_DATA_DIR: ledger.dataDir, EVL_CHAIN_PORT: '0' };
    const rotate = (env = {}) => evl(['key', 'rotate', 'log'], { env: { ...at, ...env } });
    const witnessed = await rotate({ EVL_WITNESS_POLICY: policyFile });
    expect([witnessed.exit, witnessed.stderr]).toEqual([
      5,
      expect.stringContaining(`the witness w0 holds size ${size + 1}`),
    ]);
    const pinned = await rotate({ EVL_PINNED_CHECKPOINT: pin });
    const reason = `the pinned checkpoint holds size ${size + 1}`;
    expect([pinned.exit, pinned.stderr]).toEqual([5, expect.stringContaining(reason)]);
    expect((await rotate()).exit, 'only the old chain is asked').toBe(0);
    ledger.events.length = 0;
    await ledger.restart();
    expect((await register()).status).toBe(503);
    expect(halts()).toMatchObject([
      { code: 'log-rolled-back', text: { en: expect.stringContaining('the witness w0') } },
    ]);
  });

  test('it was silent at the start: found when it is asked to cosign', async () => {
    court.misbehave = deaf(gets);
    notary.misbehave = deaf(/./);
    await startOlderCopy();
    expect(halts()).toEqual([]);
    court.misbehave = undefined;
    await eventually(async () => (halts().length > 0 ? true : undefined));
    expect(halts()).toMatchObject([{ code: 'log-rolled-back' }]);
  });

  test('it shows no checkpoint, as the witnesses of others: its size keeps the log from signing', async () => {
    court.misbehave = deaf(gets);
    notary.misbehave = deaf(/./);
    await startOlderCopy();
    const refused = await register();
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'witness-disagrees' }]);
    expect(await (await fetch(`${ledger.server.url}/readyz`)).json()).toMatchObject({ reason: 'witness-disagrees' });
    const size = Number(ledger.server.size());
    expect(ledger.events).toContainEqual(
      expect.objectContaining({ type: 'witness-problem', name: 'w0', code: 'witness-ahead', isHolding: true }),
    );
    expect([halts(), court.logs.values().next().value?.size]).toEqual([[], size + 1]);

    await ledger.server.stop();
    const env = { EVL_DATA_DIR: ledger.dataDir, EVL_CHAIN_PORT: '0', EVL_WITNESS_POLICY: policyFile };
    const rotated = await evl(['key', 'rotate', 'log', '--json'], { env });
    expect([rotated.exit, JSON.parse(rotated.stdout)]).toMatchObject([6, { error: { code: 'witness-disagrees' } }]);

    // the witness was in error: it remembers what this log has
    const [[origin, ahead]] = [...court.logs] as [[string, Cosigned]];
    await ledger.restart();
    court.logs.set(origin, { ...ahead, size: 0 });
    await eventually(async () => ((await register()).status === 201 ? true : undefined));
    court.logs.set(origin, ahead);
  });

  test('it claims so without our signature: an alarm, and the log continues [M84]', async () => {
    court.misbehave = deaf(/./);
    notary.misbehave = deaf(posts);
    for (const [origin, shown] of notary.logs) {
      notary.logs.set(origin, { ...shown, note: shown.note.replace(/\n— [^\n]*/, '') });
    }
    await startOlderCopy();
    await registered();
    court.misbehave = deaf(gets);
    const alarms = await eventually(async () => {
      const codes = ledger.events.flatMap((event) => (event.type === 'witness-problem' ? [event.code] : []));
      return codes.includes('witness-conflict') ? codes : undefined;
    });
    expect(alarms).toContain('witness-refuses');
    expect(halts()).toEqual([]);
    expect((await fetch(`${ledger.server.url}/readyz`)).status).toBe(200);
  });
});

test('a checkpoint by a stolen key that was revoked meanwhile halts nothing, whichever witness shows it', async () => {
  const robbed = await startLedger({ isOther: true });
  await register(robbed);
  await robbed.server.stop();
  const env = { EVL_DATA_DIR: robbed.dataDir, EVL_CHAIN_PORT: '0' };
  const rotated = await evl(['key', 'rotate', 'log', '--revoke-old-at', '1'], { env });
  expect(rotated.exit, rotated.stderr).toBe(0);
  const thief = readLogKey(join(robbed.dataDir, 'keys', 'log.key.1'));
  const text = checkpointText(thief.origin, 1, Buffer.alloc(32, 7));
  const { name, keyId, signature } = thief.sign(Buffer.from(text));
  const note = `${text}\n${signatureLine(name, keyId, signature)}`;
  const witness = await startWitness(testWitness('court.test/witness', 1), vkeyOf(robbed, 1));
  witness.misbehave = ({ method }) => (method === 'GET' ? { body: note } : { status: 422 });
  const policy = join(folder, 'robbed');
  writeFileSync(policy, policyWith(1, witness));
  await robbed.restart({ witnessPolicy: policy });
  expect((await register(robbed)).status).toBe(201);
  await eventually(async () => (robbed.events.some((event) => isConflict(event)) ? true : undefined));
  expect(robbed.events.filter(({ type }) => type === 'halted')).toEqual([]);
  await robbed.remove();
  await witness[Symbol.asyncDispose]();
});

function isConflict(event: ServeEvent): boolean {
  return event.type === 'witness-problem' && event.code === 'witness-conflict';
}
