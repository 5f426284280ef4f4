import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { dataPaths } from '../../src/adapters/data-folder/data-folder.ts';
import { readLogKey } from '../../src/adapters/keys/log-key.ts';
import type { LedgerRecord } from '../../src/log/model.ts';
import { Service, Workplace } from '../e2e/program.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { cutJournal, rewriteJournal } from './insider.ts';
import { register } from './writers.ts';

/**
 * Somebody with the data folder in their hands, and with the log's key or without. Three records
 * are anchored, two are not; an auditor remembers all five.
 */

const workplace = new Workplace();
const service = new Service(workplace);
const data = workplace.env['EVL_DATA_DIR']!;
const whole = join(workplace.dir, 'whole');
const anchored = join(workplace.dir, 'anchored');
const pending = join(workplace.dir, 'pending');
const trust = join(workplace.dir, 'trust.json');
const state = join(workplace.dir, 'auditor.json');

interface Verified {
  readonly verdict: string;
  readonly steps: readonly { readonly step: string; readonly status: string; readonly code: string }[];
}
interface Audited {
  readonly problems: readonly { readonly code: string }[];
}
interface Checked {
  readonly ok: boolean;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

beforeAll(async () => {
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '3600000';
  await service.start();
  writeFileSync(trust, await (await fetch(`${service.url}/trust.json`)).text());
  makeFiles(anchored, ['a', 'b', 'c']);
  makeFiles(pending, ['d', 'e']);
  expect((await workplace.run(['add', anchored, '--wait', 'final'])).exit).toBe(0);
  for (const name of ['d', 'e']) expect((await workplace.run(['add', join(pending, `${name}.txt`)])).exit).toBe(0);
  await publishedAt(5);
  expect(await audit()).toEqual([0]);
  await service.stop();
  cpSync(data, whole, { recursive: true });
});
beforeEach(() => {
  rmSync(data, { recursive: true });
  cpSync(whole, data, { recursive: true });
  service.stderr = '';
});
afterEach(() => service.stop());
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

function makeFiles(folder: string, names: readonly string[]): void {
  mkdirSync(folder);
  for (const name of names) writeFileSync(join(folder, `${name}.txt`), `evidence ${name}`);
}

function publishedAt(size: number): Promise<true> {
  return eventually(async () => {
    const answer = await fetch(`${service.url}/v1/anchors`);
    const { published } = (await answer.json()) as { published: { size: string } };
    return published.size === `${size}` ? true : undefined;
  });
}

/** Exit code and codes of the problems, for an auditor who remembers what is in a file. */
async function audit(memory = state): Promise<(number | string | null)[]> {
  const args = ['audit', '--trust', trust, '--rpc', service.chainUrl, '--state', memory];
  const { exit, problems } = await workplace.json<Audited>(args);
  return [exit, ...problems.map(({ code }) => code)];
}

async function verify(...args: string[]): Promise<[number | null, string, ...string[]]> {
  const { exit, verdict, steps } = await workplace.json<Verified>(['verify', ...args, '--rpc', service.chainUrl]);
  return [
    exit,
    verdict,
    ...steps
      .filter(({ status }) => status === 'fail' || status === 'unknown')
      .map(({ step, code }) => `${step} ${code}`),
  ];
}

/** The second record, in another case. */
function toOtherCase(record: LedgerRecord, index: bigint): LedgerRecord {
  if (index !== 1n) return record;
  return {
    ...record,
    sections: record.sections.map((section) =>
      section.name === 'case' ? { ...section, value: { number: 'another case' } } : section,
    ),
    lookups: record.lookups.map((lookup) => (lookup.by === 'case' ? { by: 'case', value: 'another case' } : lookup)),
  };
}

/** The file alone, without the receipt next to it: the service is asked. */
function withoutReceipt(name: string): string {
  const file = join(workplace.dir, `${name}.txt`);
  cpSync(join(anchored, `${name}.txt`), file);
  return file;
}

async function requireWhole(): Promise<void> {
  expect((await workplace.run(['rebuild-index'])).exit).toBe(0);
  expect(await workplace.json<Checked>(['fsck'])).toMatchObject({ exit: 0, problems: [] });
}

test('a record edited and everything after it recomputed, without the key of the log: fsck reports each note, the service refuses [S26]', async () => {
  await rewriteJournal(data, toOtherCase);
  expect((await workplace.run(['rebuild-index'])).exit).toBe(0);
  const { exit, problems } = await workplace.json<Checked>(['fsck']);
  const reported = problems.map(({ code, message }) => `${code}: ${message.split(',')[0]}`);
  expect([exit, reported.slice(0, 2), reported.at(-1)]).toEqual([
    5,
    [expect.stringMatching(/^commit-damaged: note of size . is forged$/), expect.any(String)],
    'checkpoint-damaged: published note of size 5 is forged',
  ]);
  expect(await workplace.json(['serve'])).toMatchObject({
    exit: 70,
    error: { code: 'journal-damaged', message: expect.stringMatching(/note of size 5 is forged/) as string },
  });
});

test('a log rewritten with its own key passes fsck; the anchored root halts the service, audit and look-up end with 5, the old receipt holds [S26]', async () => {
  await rewriteJournal(data, toOtherCase, readLogKey(dataPaths(data).logKey));
  await requireWhole();
  await service.start();
  expect(service.stderr).toMatch(/log-forked.*the contract holds size 3 with root/);
  const refused = await register(service, 'late');
  expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ code: 'log-halted' })]);

  expect(await audit(join(workplace.dir, 'new.json'))).toEqual([5, 'anchor-root-differs']);
  expect(await audit()).toEqual([5, 'anchor-root-differs', 'log-forked']);
  expect(await verify(join(anchored, 'b.txt'), '--trust', trust)).toEqual([0, 'VERIFIED']);
  for (const name of ['a', 'b']) {
    const served = await verify(withoutReceipt(name), '--trust', trust);
    // the proof of the event, which the rewriter cannot forge, shows it before any node does
    expect(served).toEqual([5, 'INCONSISTENT', 'anchor event-differs']);
  }
  expect((await workplace.run(['receipt', 'upgrade', join(pending, 'd.txt')])).exit).toBe(5);
});

test('the newest records deleted before their anchor: fsck and service see nothing, an auditor and who holds a receipt do [S27]', async () => {
  await cutJournal(data, 3n);
  await requireWhole();
  await service.start();
  expect(await audit(join(workplace.dir, 'another.json'))).toEqual([0]);
  expect(await audit()).toEqual([5, 'log-rolled-back']);
  const receipt = join(pending, 'e.txt.receipt.json');
  expect(await verify(join(pending, 'e.txt'), '--trust', trust)).toEqual([4, 'PENDING', 'anchor not-anchored-yet']);
  expect((await workplace.run(['receipt', 'upgrade', receipt])).exit).toBe(3);

  // the log grows again, and is anchored as if nothing had been
  const later = join(workplace.dir, 'later');
  makeFiles(later, ['x', 'y']);
  expect((await workplace.run(['add', join(later, 'x.txt')])).exit).toBe(0);
  expect((await workplace.run(['add', join(later, 'y.txt'), '--wait', 'final'])).exit).toBe(0);
  expect(await audit()).toEqual([5, 'log-forked']);
  const note = checkpointIn(receipt);
  const pinned = join(workplace.dir, 'pinned.json');
  const offered = JSON.parse(readFileSync(trust, 'utf8')) as object;
  writeFileSync(pinned, JSON.stringify({ ...offered, pinnedCheckpoints: [note] }));
  const verified = await verify(join(later, 'y.txt'), '--trust', pinned);
  expect(verified).toEqual([5, 'INCONSISTENT', 'pinned-checkpoint pin-differs']);

  await service.stop();
  writeFileSync(join(workplace.dir, 'pin'), note);
  workplace.env['EVL_PINNED_CHECKPOINT'] = join(workplace.dir, 'pin');
  service.stderr = '';
  await service.start();
  expect(service.stderr).toMatch(/log-forked.*the pinned checkpoint holds size 5 with root/);
});

/** What the service signed when it handed out a receipt. */
function checkpointIn(receipt: string): string {
  const { proof } = JSON.parse(readFileSync(receipt, 'utf8')) as { proof: string };
  return proof.slice(proof.indexOf('\n\n') + 2);
}
