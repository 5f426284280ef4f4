import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { argumentPaths } from '../../src/adapters/files/path-bytes.ts';
import { keepState } from '../../src/auditor/keep-result.ts';
import { auditStateFile } from '../../src/cli/tasks/audit-state-file.ts';
import { parseState } from '../../src/audit/audit-state.ts';
import { FakeChain, logIdOf } from '../oracle/chain.ts';
import { OPERATOR, ORIGIN, trustJson } from '../oracle/ledger.ts';
import { mth } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { evl, evlProcess } from '../cli/evl.ts';
import { serveChain, servePages, type TestServer } from './fake-service.ts';
import { recordEntries, servedLog } from './served-log.ts';

/**
 * `evl audit` against a service and a chain node that listen: what it fetches, its outcome and exit
 * code, and what it remembers.
 */

const key = testKey(ORIGIN, 1);
const logId = logIdOf(OPERATOR, key.vkey);
const entries = recordEntries(700);
const pages = new Map<string, Uint8Array | string>();
let chain: FakeChain;
let folder: string;
let state: string;
let service: TestServer;
let node: TestServer;

beforeEach(async () => {
  chain = new FakeChain();
  chain.mine(3);
  for (const size of [3n, 300n, 600n]) chain.anchor(logId, size, mth(entries.slice(0, Number(size))));
  chain.mine(40);
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  state = join(folder, 'state.json');
  publish(entries.slice(0, 650));
  offerTrust();
  service = await servePages(pages);
  node = await serveChain(chain);
});

afterEach(async () => {
  await service.close();
  await node.close();
  await rm(folder, { recursive: true });
});

/** Serves a log of these entries, and nothing of an earlier log. */
function publish(list: readonly Buffer[]): void {
  pages.clear();
  for (const [path, page] of servedLog(list)) pages.set(`log/${path}`, page);
  pages.set('log/checkpoint', signedNote(checkpointText(ORIGIN, list.length, mth(list)), key));
  offerTrust();
}

function offerTrust(bend: (trust: ReturnType<typeof trustJson>) => void = () => {}): string {
  const trust = trustJson({ key, logId, chain, records: [], entries, fileBytes: Buffer.alloc(0) });
  bend(trust);
  const text = JSON.stringify(trust);
  pages.set('trust.json', text);
  return text;
}

interface Audit {
  readonly exit: number;
  readonly json: {
    readonly ok: boolean;
    readonly size: string | null;
    readonly root: string | null;
    readonly notAnchored: string | null;
    readonly trust: { readonly source: string; readonly sha256: string } | null;
    readonly problems: readonly { readonly code: string; readonly where: string; readonly message: string }[];
    readonly evidence?: string;
  };
  readonly codes: readonly string[];
  readonly stderr: string;
}

async function audit(...args: string[]): Promise<Audit> {
  const rpc = args.includes('--rpc') ? [] : ['--rpc', node.url];
  const { exit, stdout, stderr } = await evl(['audit', '--json', '--url', service.url, ...rpc, ...args]);
  const json = JSON.parse(stdout) as Audit['json'];
  for (const { code, message } of json.problems) expect(message, `a sentence for ${code}`).not.toBe(code);
  return { exit, json, codes: json.problems.map(({ code }) => code), stderr };
}

const remembering = () => ['--state', state];

test('exit 0 for a log in order; entries that are not anchored yet are no problem', async () => {
  const { exit, json } = await audit();
  expect(json).toMatchObject({
    ok: true,
    origin: ORIGIN,
    size: '650',
    root: mth(entries.slice(0, 650)).toString('base64'),
    anchors: { count: 3, newestSize: '600' },
    notAnchored: '50',
    trust: { source: 'server' },
    nodes: [{ name: node.url, by: 'operator' }],
    witnesses: [],
    auditedAt: expect.stringMatching(/^2\d{3}-.*Z$/) as string,
    program: { name: 'evidence-ledger' },
    problems: [],
  });
  expect(exit).toBe(0);
});

test('prints the result in English and Chinese', async () => {
  const args = ['--url', service.url, '--rpc', node.url];
  const english = await evlProcess(['--lang', 'en', 'audit', ...args]);
  expect(english.exit).toBe(0);
  const { sha256 } = (await audit()).json.trust!;
  expect(english.stdout.replace(/^(?:audited|program): .*\n/gm, '')).toBe(
    [
      'log and chain are in order',
      `log: ${ORIGIN}`,
      'entries: 650',
      `root: ${mth(entries.slice(0, 650)).toString('base64')}`,
      'anchors: 3, the newest covers the first 600 entries (block 6)',
      'not anchored yet: 50 entries',
      `node: ${node.url} (of the operator)`,
      `trust file: sha256:${sha256}`,
      '',
    ].join('\n'),
  );
  expect(english.stdout).toMatch(/^audited: 2\d{3}-.*\nprogram: evidence-ledger \d.*[0-9a-f]{64}/m);
  expect(english.stderr).toContain("the operator's own trust file was used");
  publish(entries.slice(0, 599));
  const chinese = await evl(['--lang', 'zh', 'audit', ...args]);
  expect(chinese.exit).toBe(5);
  expect(chinese.stdout).toContain('anchor-beyond-log：链上锚定的条目数超过了存证日志');
  expect(chinese.stdout).toContain('位置：锚定序号 2（自 0 起），条目数 600\n  应为：<= 599\n  实为：600\n');
});

test.each([
  ['zh', '存证日志审计报告', '审计程序'],
  ['en', 'Audit report', 'program'],
])('writes a report to print in %s, and never over another file', async (lang, title, program) => {
  const report = join(folder, `report-${lang}.html`);
  publish(entries.slice(0, 599));
  expect((await audit('--report', report, '--lang', lang)).exit).toBe(5);
  const html = await readFile(report, 'utf8');
  for (const text of [title, program, 'anchor-beyond-log', ORIGIN]) expect(html).toContain(text);
  expect(html).not.toMatch(/<script|undefined|\{[a-z]+\}/);
  const again = await evl(['audit', '--url', service.url, '--report', report]);
  expect(again).toMatchObject({ exit: 2, stdout: '' });
  expect(await readFile(report, 'utf8')).toBe(html);
});

test('a watch writes no report', async () => {
  const { exit, stderr } = await evl(['audit', '--watch', '--state', state, '--report', 'r.html', '--lang', 'en']);
  expect([exit, stderr]).toEqual([2, expect.stringContaining('--report cannot be used with --watch')]);
});

test('remembers the log, and follows it as it grows', async () => {
  expect((await audit(...remembering())).exit).toBe(0);
  const first = JSON.parse(await readFile(state, 'utf8')) as { size: string; lastAnchor: { size: string } };
  expect(first).toMatchObject({ size: '650', lastAnchor: { size: '600' } });
  publish(entries);
  const second = await audit(...remembering());
  expect(second.json).toMatchObject({ ok: true, size: '700', trust: { source: 'remembered' } });
  expect(JSON.parse(await readFile(state, 'utf8'))).toMatchObject({ size: '700' });
});

test('exit 5 for a log rolled back or forked, with both checkpoints as evidence, and the state stays [M77 M78]', async () => {
  await audit(...remembering());
  const memory = await readFile(state, 'utf8');

  publish(entries.slice(0, 620));
  const back = await audit(...remembering());
  expect(back).toMatchObject({ exit: 5, codes: ['log-rolled-back'], json: { evidence: `${state}.evidence-1.json` } });

  publish([...entries.slice(0, 640), ...recordEntries(60)]);
  const forked = await audit(...remembering());
  expect(forked).toMatchObject({ exit: 5, codes: ['log-forked'], json: { evidence: `${state}.evidence-2.json` } });
  const evidence = JSON.parse(await readFile(forked.json.evidence!, 'utf8')) as Record<string, unknown>;
  expect(evidence).toMatchObject({
    format: 'evidence-ledger/audit-evidence/v1',
    rememberedCheckpoint: (JSON.parse(memory) as { checkpoint: string }).checkpoint,
    checkpoint: pages.get('log/checkpoint'),
  });
  expect(await readFile(state, 'utf8')).toBe(memory);
});

test('exit 5 for an anchor beyond the log, an anchor of another tree, and one that is gone', async () => {
  await audit(...remembering());
  publish(entries.slice(0, 599));
  expect(await audit()).toMatchObject({ exit: 5, codes: ['anchor-beyond-log'] });
  publish([...entries.slice(0, 400), ...recordEntries(250)]);
  expect(await audit()).toMatchObject({ exit: 5, codes: ['anchor-root-differs'] });
  publish(entries.slice(0, 650));
  chain.anchors.pop();
  expect(await audit(...remembering())).toMatchObject({ exit: 5, codes: ['anchor-missing'] });
});

test('exit 5 where the served data does not hash to the signed root', async () => {
  const bundle = pages.get('log/tile/entries/001') as Uint8Array;
  pages.set('log/tile/entries/001', bundle.with(40, bundle[40]! ^ 1));
  const changed = await audit();
  expect(changed.exit).toBe(5);
  expect(changed.codes).toEqual([
    'tile-differs',
    'tile-differs',
    'root-differs',
    'anchor-root-differs',
    'anchor-root-differs',
  ]);
  publish(entries.slice(0, 650));
  const note = pages.get('log/checkpoint') as string;
  pages.set('log/checkpoint', note.replace('\n650\n', '\n649\n'));
  expect(await audit()).toMatchObject({ exit: 5, codes: ['checkpoint-forged'] });
});

test('reports a hundred entries of an unknown form, and the number of further ones', async () => {
  chain.anchors = [];
  publish(entries.slice(0, 650).map((entry) => entry.subarray(1)));
  const { exit, codes, json } = await audit();
  expect([exit, new Set(codes), codes.length]).toEqual([6, new Set(['entry-unknown']), 101]);
  expect(json.problems.at(-2)).toMatchObject({ where: 'entry 99' });
  expect(json.problems.at(-1)).toMatchObject({ where: 'further places', found: '550 ×' });
});

test('reads a partial page that was dropped from the full one', async () => {
  publish(entries.slice(0, 650));
  const full = servedLog(recordEntries(768));
  for (const [path, wider] of [
    ['tile/0/002.p/138', 'tile/0/002'],
    ['tile/entries/002.p/138', 'tile/entries/002'],
  ] as const) {
    expect(pages.delete(`log/${path}`)).toBe(true);
    pages.set(`log/${wider}`, full.get(wider)!);
  }
  expect(await audit()).toMatchObject({ exit: 0, codes: [] });
  pages.delete('log/tile/1/000.p/2');
  expect(await audit()).toMatchObject({ exit: 6, codes: ['page-unavailable'] });
});

test('exit 6 where node or service do not answer; a contradiction outranks it', async () => {
  const dead = 'http://127.0.0.1:1';
  expect(await audit('--rpc', dead)).toMatchObject({ exit: 6, codes: ['no-answer'] });
  pages.set('log/tile/0/000', new Uint8Array(8192));
  expect((await audit('--rpc', dead)).exit).toBe(5);
  await service.close();
  expect(await audit()).toMatchObject({ exit: 6, codes: ['service-unreachable'] });
  service = await servePages(pages);
});

test('exit 6 for another contract, and for a node that omits an anchor', async () => {
  const text = offerTrust();
  chain.code = '0x6000';
  expect(await audit()).toMatchObject({ exit: 6, codes: ['other-code'] });
  chain.code = new FakeChain().code;
  chain.lies['eth_getLogs'] = (_, honest) => (honest as object[]).slice(1) as never;
  expect(await audit()).toMatchObject({ exit: 6, codes: ['anchor-gap'] });
  expect(pages.get('trust.json')).toBe(text);
});

test('asks a node for shorter ranges if it needs them', async () => {
  const short = await serveChain(chain, 7);
  try {
    expect((await audit('--rpc', short.url)).json).toMatchObject({ ok: true, anchors: { count: 3 } });
  } finally {
    await short.close();
  }
});

test('requires as many nodes as the trust file says, and that all agree', async () => {
  const other = new FakeChain();
  other.mine(46);
  other.anchors = structuredClone(chain.anchors);
  const second = await serveChain(other);
  try {
    offerTrust((trust) => (trust.chain.sources = 2));
    expect(await audit()).toMatchObject({ exit: 6, codes: ['too-few-sources'] });
    expect(await audit('--rpc', node.url, '--rpc', node.url)).toMatchObject({ exit: 6, codes: ['too-few-sources'] });
    expect(await audit('--rpc', node.url, '--rpc', second.url)).toMatchObject({ exit: 0, codes: [] });
    other.anchors[2]!.root = `0x${'11'.repeat(32)}`;
    expect(await audit('--rpc', node.url, '--rpc', second.url)).toMatchObject({ exit: 6, codes: ['sources-disagree'] });
  } finally {
    await second.close();
  }
});

test('trusts the named file, else the remembered one; exit 6 for a changed offer and a damaged state', async () => {
  const named = join(folder, 'trust.json');
  await writeFile(named, offerTrust());
  expect((await audit('--trust', named)).json).toMatchObject({ ok: true, trust: { source: 'file' } });
  await writeFile(named, '{}');
  expect(await audit('--trust', named)).toMatchObject({ exit: 6, codes: ['trust-unreadable'] });

  await audit(...remembering());
  const memory = await readFile(state, 'utf8');
  offerTrust((trust) => (trust.chain.operatedBy = 'others'));
  expect(await audit(...remembering())).toMatchObject({ exit: 6, codes: ['trust-changed'] });
  expect(await readFile(state, 'utf8')).toBe(memory);

  await writeFile(state, memory.replace('"650"', '"651"'));
  expect(await audit(...remembering())).toMatchObject({ exit: 6, codes: ['state-unreadable'] });
  expect(existsSync(`${state}.evidence-1.json`)).toBe(false);
});

test('does not replace a state that another audit has taken further', async () => {
  const store = auditStateFile(argumentPaths([state])[0]!);
  const audited = async () => {
    expect(await audit(...remembering())).toMatchObject({ exit: 0 });
    return readFile(state, 'utf8');
  };
  const before = await audited();
  chain.anchor(logId, 640n, mth(entries.slice(0, 640)));
  const anchored = await audited();
  publish(entries.slice(0, 700));
  const longer = await audited();
  expect(new Set([before, anchored, longer]).size).toBe(3);
  const put = async (text: string) => {
    await keepState(store, parseState(text));
    return JSON.parse(await readFile(state, 'utf8')) as unknown;
  };
  expect(await put(anchored)).toEqual(JSON.parse(longer));
  await rm(state);
  expect(await put(anchored)).toEqual(JSON.parse(anchored));
  expect(await put(before), 'of the same size, with an earlier anchor').toEqual(JSON.parse(anchored));
  expect(await put(longer)).toEqual(JSON.parse(longer));
});

test('finds an empty log in order', async () => {
  publish([]);
  chain.anchors = [];
  expect((await audit(...remembering())).json).toMatchObject({ ok: true, size: '0', notAnchored: '0' });
  publish(entries.slice(0, 5));
  expect((await audit(...remembering())).json).toMatchObject({ ok: true, size: '5', notAnchored: '5' });
});
