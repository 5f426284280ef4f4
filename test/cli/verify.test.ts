import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatRecordNumber } from '../../src/kinds/record-number.ts';
import { hasLinux } from '../availability.ts';
import { json, nobody, trickle } from '../client/http-server.ts';
import { servedLog } from '../auditor/served-log.ts';
import { logIdOf } from '../oracle/chain.ts';
import {
  anchorJson,
  checkpointNote,
  OPERATOR,
  ORIGIN,
  receiptJson,
  type ReceiptJson,
  testLedger,
  type TestLedger,
  type TrustJson,
} from '../oracle/ledger.ts';
import { leafHash, mth, path } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey, tlogProof } from '../oracle/note.ts';
import { logEntry } from '../oracle/record.ts';
import { cosignatureLine, cosigned, policyOf, testWitness } from '../oracle/witness.ts';
import { evl, type Run } from './evl.ts';
import { anchorList, serveLedger, type ServedLedger } from './served-ledger.ts';

let cwd: string;
let ledger: TestLedger;
let served: ServedLedger;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'evl-verify-'));
  ledger = testLedger();
  served = await serveLedger(ledger, 5);
  writeFileSync(join(cwd, 'f'), ledger.fileBytes);
  putReceipt(receiptJson(ledger, 2, 5));
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true, force: true });
});

function putReceipt(receipt: ReceiptJson, name = 'f.receipt.json'): void {
  writeFileSync(join(cwd, name), JSON.stringify(receipt));
}

const read = () => JSON.parse(readFileSync(join(cwd, 'f.receipt.json'), 'utf8')) as ReceiptJson;

/** With the served ledger at EVL_URL, unless another is named. */
async function run(args: readonly string[], url = served.url): Promise<Run> {
  return evl(args, { cwd, env: { EVL_URL: url, EVL_HOME: join(cwd, 'home') } });
}

interface VerifyDocument {
  verdict: string;
  scope: string;
  independence: string;
  independenceNote?: string;
  trust: { source: string } | null;
  object: { number: string } | null;
  subject: object;
  steps: { step: string; status: string; code: string }[];
  reports?: VerifyDocument[];
}

async function verify(args: readonly string[], url?: string): Promise<VerifyDocument & { exit: number | null }> {
  const { exit, stdout } = await run(['verify', ...args, '--json'], url);
  return { ...(JSON.parse(stdout) as VerifyDocument), exit };
}

const codeOf = (document: VerifyDocument, step: string) => document.steps.find((one) => one.step === step)?.code;

describe('verify', () => {
  test('a file with its receipt: VERIFIED, with every limit of it', async () => {
    const document = await verify(['f']);
    expect(document).toMatchObject({ exit: 0, verdict: 'VERIFIED', scope: 'file', independence: 'none' });
    expect(document.independenceNote).toContain('run by the operator');
    expect(document.trust?.source).toBe('server');
    const { stdout, exit } = await run(['verify', 'f', '--lang', 'zh']);
    expect(exit).toBe(0);
    for (const part of [
      '核验一致（VERIFIED）',
      '锚定链由运营方自行运行，时间与不可回滚性依赖运营方',
      '不证明          内容是否真实',
      '此前已留存',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).not.toMatch(/\{[a-z0-9]+\}/i);
  });

  test('a receipt alone: the scope is the record', async () => {
    expect(await verify(['--receipt', 'f.receipt.json'])).toMatchObject({ exit: 0, scope: 'record' });
    rmSync(join(cwd, 'f'));
    expect(await verify(['f.receipt.json'])).toMatchObject({ exit: 0, scope: 'record' });
  });

  test('a receipt with its file next to it: the file is compared', async () => {
    expect(await verify(['f.receipt.json'])).toMatchObject({ exit: 0, scope: 'file', subject: { file: 'f' } });
    writeFileSync(join(cwd, 'f'), 'changed');
    expect(await verify(['f.receipt.json'])).toMatchObject({ exit: 1, verdict: 'MISMATCH' });
  });

  test('a receipt is one by its content, whatever its name and place among the arguments', async () => {
    for (const name of ['f.receipt(1).json', 'f.receipt.json.txt', 'F.RECEIPT.JSON']) {
      renameSync(join(cwd, 'f.receipt.json'), join(cwd, name));
      expect(await verify([name, 'f'], await nobody())).toMatchObject({ scope: 'file', subject: { file: 'f' } });
      expect(await verify([name])).toMatchObject({ exit: 0, scope: name === 'F.RECEIPT.JSON' ? 'record' : 'file' });
      expect(await verify(['f'])).toMatchObject({ exit: 0, scope: 'file', subject: { receipt: { name } } });
      renameSync(join(cwd, name), join(cwd, 'f.receipt.json'));
    }
    writeFileSync(join(cwd, 'named'), JSON.stringify({ format: 'another/v1' }));
    expect(await verify(['named', 'f.receipt.json'])).toMatchObject({ exit: 1, verdict: 'MISMATCH' });
  });

  test.each([
    ['UTF-8', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16LE', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16BE', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('a byte order mark of %s before receipt and trust file is read over', async (_, encode) => {
    writeFileSync(join(cwd, 'f.receipt.json'), encode(readFileSync(join(cwd, 'f.receipt.json'), 'utf8')));
    writeFileSync(join(cwd, 'trust.json'), encode(JSON.stringify(served.trust)));
    expect(await verify(['f', '--trust', 'trust.json'])).toMatchObject({ exit: 0, trust: { source: 'file' } });
    expect(await verify(['f.receipt.json'])).toMatchObject({ exit: 0, scope: 'file' });
  });

  test.runIf(hasLinux())('a named pipe in place of a receipt is not waited for', async () => {
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    expect(await run(['verify', 'f', 'pipe'])).toMatchObject({ exit: 2 });
  });

  test('another file: MISMATCH, also with everything off', async () => {
    writeFileSync(join(cwd, 'trust.json'), JSON.stringify(served.trust));
    writeFileSync(join(cwd, 'f'), 'another');
    const gone = await nobody();
    expect(await verify(['f', '--trust', 'trust.json', '--offline'])).toMatchObject({ exit: 1, verdict: 'MISMATCH' });
    expect(await verify(['f', '--trust', 'trust.json', '--rpc', gone], gone)).toMatchObject({ exit: 1 });
  });

  test('the service is not needed where trust file and chain are at hand', async () => {
    writeFileSync(join(cwd, 'trust.json'), JSON.stringify(served.trust));
    expect(await verify(['f', '--trust', 'trust.json'], await nobody())).toMatchObject({
      exit: 0,
      trust: { source: 'file' },
    });
  });

  test('a service that trickles is off: the verdict does not wait for it', async () => {
    await using slow = await trickle(500);
    expect(await verify(['f'])).toMatchObject({ exit: 0 }); // remembers the trust
    expect(await verify(['f'], slow.url)).toMatchObject({ exit: 0, trust: { source: 'remembered' } });
    rmSync(join(cwd, 'f.receipt.json'));
    expect(codeOf(await verify(['f'], slow.url), 'file-digest')).toBe('service-unreachable');
  });

  test('chain off, trust off, or the trust of another ledger: 6, never 0', async () => {
    const gone = await nobody();
    expect(codeOf(await verify(['f', '--rpc', gone]), 'anchor')).toBe('no-answer');
    expect(await verify(['f', '--rpc', gone])).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    rmSync(join(cwd, 'home'), { recursive: true });
    expect(codeOf(await verify(['f'], gone), 'log-signature')).toBe('trust-unavailable');
    served.trust.log.origin = 'other.example/log';
    writeFileSync(join(cwd, 'trust.json'), JSON.stringify(served.trust));
    expect(await verify(['f', '--trust', 'trust.json'])).toMatchObject({ exit: 6 });
    writeFileSync(join(cwd, 'trust.json'), '{');
    expect(codeOf(await verify(['f', '--trust', 'trust.json']), 'log-signature')).toBe('trust-unreadable');
  });

  test('--require-trust refuses a trust file from the service itself', async () => {
    const document = await verify(['f', '--require-trust']);
    expect(document).toMatchObject({ exit: 6, trust: null });
    expect(codeOf(document, 'log-signature')).toBe('trust-required');
  });

  test('trust is remembered; when the service gives another, nothing is verified', async () => {
    expect(await verify(['f'])).toMatchObject({ exit: 0, trust: { source: 'server' } });
    expect(await verify(['f'])).toMatchObject({ exit: 0, trust: { source: 'remembered' } });
    expect(await verify(['f'], await nobody())).toMatchObject({ exit: 0, trust: { source: 'remembered' } });
    served.trust.chain.operatedBy = 'others';
    const changed = await verify(['f']);
    expect(changed).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    expect(codeOf(changed, 'log-signature')).toBe('trust-changed');
  });

  test('a service whose log has another name than before is refused, and names the file that remembers [M79]', async () => {
    expect(await verify(['f'])).toMatchObject({ exit: 0, trust: { source: 'server' } });
    const other = renamedLedger();
    served.receipts.set(other.receipt.record.header.id, other.receipt);
    served.trust.log = { origin: other.origin, keys: [{ vkey: other.vkey, fromSize: '0' }] };
    served.trust.chain.logs = [{ logId: other.logId, fromSize: '0' }];
    expect(await verify(['f']), 'the receipt of the old name, by what was remembered of it').toMatchObject({
      exit: 0,
      trust: { source: 'remembered' },
    });
    rmSync(join(cwd, 'f.receipt.json'));
    const changed = await verify(['f']);
    expect(changed).toMatchObject({ exit: 6, verdict: 'INDETERMINATE', trust: null });
    expect(codeOf(changed, 'log-signature')).toBe('trust-changed');
    expect((await run(['verify', 'f'])).stderr).toContain(join(cwd, 'home', 'services'));
    rmSync(join(cwd, 'home', 'services'), { recursive: true });
    expect(await verify(['f']), 'once somebody has found out why').toMatchObject({
      exit: 0,
      trust: { source: 'server' },
    });
  });

  /** Record 2 in another log, all in order: other name, other key, anchored on the same chain. */
  function renamedLedger() {
    const origin = 'renamed.example/log';
    const key = testKey(origin, 9);
    const logId = logIdOf(OPERATOR, key.vkey);
    const { header, disclosed } = ledger.records[2]!;
    const record = { header: { ...header, origin }, disclosed };
    const entry = logEntry(record.header);
    ledger.chain.anchor(logId, 1n, leafHash(entry));
    ledger.chain.mine();
    const note = signedNote(checkpointText(origin, 1, leafHash(entry)), key);
    const receipt = {
      ...receiptJson(ledger, 2, 5),
      record,
      proof: tlogProof(0, [], note),
      anchor: anchorJson(ledger, 1),
    };
    receipt.anchor!.logId = logId;
    return { origin, vkey: key.vkey, logId, receipt };
  }

  test.each<[string, (receipt: ReceiptJson) => void, string]>([
    ['salt', ({ record }) => (record.disclosed[0]!.salt = 'AAAAAAAAAAAAAAAAAAAAAA=='), 'record-root'],
    ['id', ({ record }) => (record.header.id = record.header.id.replace('0', '1')), 'inclusion'],
    ['checkpoint size', (receipt) => (receipt.proof = receipt.proof.replace('\n5\n', '\n6\n')), 'log-signature'],
    ['anchor root', ({ anchor }) => (anchor!.root = Buffer.alloc(32, 1).toString('base64')), 'anchor'],
  ])('a changed %s is INCONSISTENT and names its step', async (_, bend, step) => {
    const receipt = receiptJson(ledger, 2, 5);
    bend(receipt);
    putReceipt(receipt);
    const document = await verify(['f']);
    expect(document).toMatchObject({ exit: 5, verdict: 'INCONSISTENT' });
    expect(document.steps.find((one) => one.step === step)?.status).toBe('fail');
  });

  describe('a report to print', () => {
    test.each(['zh', 'en'])('is one page without scripts, with blanks for signatures: %s', async (lang) => {
      expect(await run(['verify', 'f', '--report', 'report.html', '--lang', lang])).toMatchObject({ exit: 0 });
      const html = readFileSync(join(cwd, 'report.html'), 'utf8');
      expect(html).toContain('VERIFIED');
      expect(html).toContain(createHash('sha256').update(ledger.fileBytes).digest('hex'));
      expect(html).toContain('class="blank"');
      expect(html).not.toMatch(/<script|https?:\/\/(?!127)/);
    });

    test('escapes what comes from names and receipts', async () => {
      const name = '<img src=x onerror=alert(1)>"&.txt';
      writeFileSync(join(cwd, name), ledger.fileBytes);
      await run(['verify', name, 'f.receipt.json', '--report', 'report.html']);
      const html = readFileSync(join(cwd, 'report.html'), 'utf8');
      expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;.txt');
      expect(html).not.toContain('<img');
    });

    test('shows characters that disguise a name, and keeps a name on its line', async () => {
      const name = 'photo\u202egpj.exe\nVERIFIED';
      writeFileSync(join(cwd, name), ledger.fileBytes);
      await run(['verify', name, 'f.receipt.json', '--report', 'report.html']);
      const html = readFileSync(join(cwd, 'report.html'), 'utf8');
      expect(html).not.toContain('\u202e');
      expect(html).toContain('photo\\u{202e}gpj.exe\\u{a}VERIFIED');
      expect(html).not.toContain('white-space');
    });

    test('has one row for the times, and says what the numbers of blocks are', async () => {
      await run(['verify', 'f', '--report', 'report.html', '--lang', 'zh']);
      const html = readFileSync(join(cwd, 'report.html'), 'utf8');
      expect(html.match(/<th scope="row">时间<\/th>/g)).toHaveLength(1);
      expect(html).toMatch(/锚定所在区块：\d+；已最终确认至区块：\d+/);
    });

    test('of what was not found states what was looked up, and where', async () => {
      writeFileSync(join(cwd, 'g'), 'never registered');
      const { exit } = await run(['verify', 'g', '--report', 'report.html', '--lang', 'zh']);
      const html = readFileSync(join(cwd, 'report.html'), 'utf8');
      const digest = (name: string) => createHash(name).update('never registered').digest('hex');
      for (const part of [digest('sha256'), digest('sm3'), '大小：16 字节', served.url, '仅依据该服务的答复']) {
        expect(html).toContain(part);
      }
      expect(exit).toBe(3);
      expect(html).not.toContain('登记记录</h2>');
      expect(html).not.toContain('没有核验基准文件');
    });

    test('replaces no file, and is refused before anything is verified', async () => {
      writeFileSync(join(cwd, 'report.html'), 'mine');
      const { exit, stdout, stderr } = await run(['verify', 'f', '--report', 'report.html']);
      expect([exit, stdout]).toEqual([2, '']);
      expect(stderr).toContain('report.html exists already');
      expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toBe('mine');
    });

    test('JSON has the same facts, the time and the program', async () => {
      const document = await verify(['f']);
      const { sections } = document.object as unknown as { sections: Record<string, unknown> };
      expect(sections['digests']).toMatchObject({
        sha256: createHash('sha256').update(ledger.fileBytes).digest('hex'),
      });
      expect(document).toMatchObject({ comparison: 'equal', program: { name: 'evidence-ledger' } });
      expect(document).toHaveProperty('verifiedAt', expect.stringMatching(/^2\d{3}-.*Z$/));
    });
  });

  describe('a receipt that the chain has outgrown', () => {
    const text = () => readFileSync(join(cwd, 'f.receipt.json'), 'utf8');
    const newest = () => served.receipts.get(receiptJson(ledger, 2, 4).record.header.id)!;

    test('is verified by its newest form from the service; the file stays as it was', async () => {
      putReceipt(receiptJson(ledger, 2, 4));
      const before = text();
      expect(await verify(['f'])).toMatchObject({ exit: 0, verdict: 'VERIFIED', newest: { outcome: 'judged' } });
      expect(text()).toBe(before);
      const { stderr } = await run(['verify', 'f']);
      expect(stderr).toContain('was verified, and no file was changed');
      expect(await run(['check', 'f', '--json'])).toMatchObject({ exit: 0 });
    });

    test('with other content withheld, what is withheld stays so', async () => {
      const old = receiptJson(ledger, 2, 4);
      old.record.disclosed = old.record.disclosed.filter(({ name }) => name !== 'case');
      putReceipt(old);
      const withheld = { sections: ['case'], others: 0 };
      expect(await verify(['f', '--report', 'report.html'])).toMatchObject({
        exit: 0,
        object: { caseNumber: null, withheld },
      });
      expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toMatch(/case<\/t[hd]>\s*<td>not disclosed</);
    });

    test.each<readonly [string, readonly string[], string | undefined]>([
      ['--offline', ['--offline'], 'not-anchored'],
      ['--no-service', ['--no-service'], 'not-upgraded'],
    ])('nothing is asked with %s', async (_, more, code) => {
      await verify(['f']);
      putReceipt(receiptJson(ledger, 2, 4));
      const document = await verify(['f', ...more]);
      expect(codeOf(document, 'anchor')).toBe(code);
      expect(document).not.toHaveProperty('newest');
    });

    test.each<readonly [string, () => unknown, string]>([
      ['another record', () => Object.assign(newest(), receiptJson(ledger, 3, 5)), 'header-differs'],
      ['a record that was edited', () => (newest().record.header.number = 'X'), 'root-differs'],
      ['no receipt', () => served.receipts.set(newest().record.header.id, {} as never), 'receipt-format-unknown'],
      [
        'nothing newer',
        () => served.receipts.set(newest().record.header.id, receiptJson(ledger, 2, 6)),
        'not-upgraded',
      ],
      ['no answer', () => served.receipts.clear(), 'service-refused'],
    ])('where the service gives %s, the verdict is that of the given receipt', async (_, bend, code) => {
      putReceipt(receiptJson(ledger, 2, 4));
      bend();
      const document = await verify(['f']);
      expect(document).toMatchObject({ exit: 6, verdict: 'INDETERMINATE', newest: { outcome: 'failed', code } });
      expect(codeOf(document, 'anchor')).toBe('not-upgraded');
      expect((await run(['verify', 'f'])).stderr).toContain('evl receipt upgrade');
    });
  });

  describe('a receipt that the chain has outgrown, and a log that lists its anchors', () => {
    beforeEach(() => (served.listsAnchors = true));

    test('is proven by tiles to be part of an anchored tree, and no record is named', async () => {
      putReceipt(receiptJson(ledger, 2, 4));
      const before = readFileSync(join(cwd, 'f.receipt.json'), 'utf8');
      served.receipts.clear();
      const document = await verify(['f']);
      expect(document).toMatchObject({
        exit: 0,
        verdict: 'VERIFIED',
        newest: { outcome: 'extended', size: '5' },
        object: { size: '4', anchoredBy: { blockNumber: receiptJson(ledger, 2, 5).anchor!.blockNumber } },
      });
      expect(served.asked.filter((asked) => asked.path.startsWith('/v1/evidence'))).toEqual([]);
      expect(readFileSync(join(cwd, 'f.receipt.json'), 'utf8')).toBe(before);
      expect((await run(['verify', 'f'])).stderr).toContain('the service was told of no record');
      const checked = await run(['check', 'f', '--json']);
      expect([checked.exit, JSON.parse(checked.stdout)]).toMatchObject([
        0,
        { items: [{ newest: { outcome: 'extended' } }] },
      ]);
    });

    test('is pending where the chain shows that the anchor is not final yet', async () => {
      putReceipt(receiptJson(ledger, 2, 4));
      served.receipts.clear();
      const list = anchorList(ledger);
      for (const anchor of list.anchors) if (anchor.size === '5') anchor.state = 'anchored';
      list.anchors = list.anchors.filter(({ size }) => BigInt(size) <= 5n);
      served.lies.set('/v1/anchors', json(list));
      ledger.chain.final = Number(receiptJson(ledger, 2, 5).anchor!.blockNumber) - 1;
      const document = await verify(['f']);
      expect(document).toMatchObject({ exit: 4, verdict: 'PENDING', newest: { outcome: 'extended', size: '5' } });
      expect(codeOf(document, 'finality')).toBe('not-final-yet');
      // The service's word alone makes nothing pending.
      for (const anchor of list.anchors) anchor.blockHash = `0x${'0d'.repeat(32)}`;
      served.lies.set('/v1/anchors', json(list));
      expect(await verify(['f'])).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    });

    test('compares the file all the same', async () => {
      putReceipt(receiptJson(ledger, 2, 4));
      writeFileSync(join(cwd, 'f'), 'another file');
      expect(await verify(['f', 'f.receipt.json'])).toMatchObject({ exit: 1, verdict: 'MISMATCH' });
    });

    const lies: readonly [string, (list: ReturnType<typeof anchorList>) => void][] = [
      ['another block', ({ anchors }) => anchors.forEach((anchor) => Object.assign(anchor, { blockNumber: '1' }))],
      [
        'another root',
        ({ anchors }) =>
          anchors.forEach((anchor) => Object.assign(anchor, { root: Buffer.alloc(32, 9).toString('base64') })),
      ],
      [
        'another transaction',
        ({ anchors }) => anchors.forEach((anchor) => Object.assign(anchor, { txHash: `0x${'0c'.repeat(32)}` })),
      ],
      ['a larger size', ({ anchors }) => anchors.forEach((anchor) => Object.assign(anchor, { size: '9' }))],
      ['no place', ({ anchors }) => anchors.forEach((anchor) => Object.assign(anchor, { logPosition: undefined }))],
      ['nonsense', ({ anchors }) => anchors.forEach((anchor) => Object.assign(anchor, { blockHash: 7 }))],
      ['no anchor', ({ anchors }) => anchors.splice(0)],
    ];
    test.each(lies)('that lists %s: neither verified nor accused by it', async (_, bend) => {
      putReceipt(receiptJson(ledger, 2, 4));
      served.receipts.clear();
      const list = anchorList(ledger);
      bend(list);
      served.lies.set('/v1/anchors', json(list));
      const document = await verify(['f']);
      expect(document).toMatchObject({ exit: 6, verdict: 'INDETERMINATE', newest: { outcome: 'failed' } });
      expect(codeOf(document, 'anchor')).toBe('not-upgraded');
    });

    test('with tiles that do not connect the trees, it is not verified by them', async () => {
      putReceipt(receiptJson(ledger, 2, 4));
      served.receipts.clear();
      const width = ledger.entries.length;
      const tile = { body: Buffer.alloc(32 * width, 3) };
      for (let w = 1; w <= width; w++)
        served.lies.set(`/log/tile/0/000.p/${w}`, { body: tile.body.subarray(0, 32 * w) });
      expect(await verify(['f'])).toMatchObject({ exit: 6, newest: { outcome: 'failed' } });
    });

    test('whose operator signed another tree of that size, it is not verified', async () => {
      const fork = receiptJson(ledger, 2, 4);
      const entries = [...ledger.entries.slice(0, 3), Buffer.alloc(33, 1)];
      const note = signedNote(checkpointText(ORIGIN, 4, mth(entries)), ledger.key);
      putReceipt({ ...fork, proof: tlogProof(2, path(2, entries), note) });
      served.receipts.clear();
      expect(await verify(['f'])).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    });
  });

  describe('witnesses that were added later', () => {
    const court = testWitness('court.example', 10);
    const policies = [
      { fromSize: '0', policy: 'quorum none\n', untilBlock: '1000' },
      { fromSize: '6', policy: policyOf(1, court) },
    ];
    const addWitness = (trust: TrustJson) => {
      Object.assign(trust, { format: 'evidence-ledger/trust/v2', witnessPolicies: policies });
    };

    test('what is remembered moves on, and an old receipt is verified by its newest form', async () => {
      expect((await verify(['f'])).exit).toBe(0);
      addWitness(served.trust);
      const newer = receiptJson(ledger, 2, 7);
      newer.proof = cosigned(newer.proof, court);
      served.receipts.set(newer.record.header.id, newer);
      expect(await verify(['f'])).toMatchObject({ exit: 0, verdict: 'VERIFIED', newest: { outcome: 'judged' } });
      const offline = await verify(['f', '--offline']);
      expect(codeOf(offline, 'witness-policy'), 'the new one is remembered').toBe('policy-outdated');
      served.trust.witnessPolicies![0]!.untilBlock = '1001';
      expect(codeOf(await verify(['f']), 'log-signature')).toBe('trust-changed');
    });

    test('in a trust file of one’s own, tiles connect it with a checkpoint that they cosigned', async () => {
      const trust = structuredClone(served.trust);
      addWitness(trust);
      delete (trust.witnessPolicies![0] as { untilBlock?: string }).untilBlock;
      writeFileSync(join(cwd, 'own.json'), JSON.stringify(trust));
      const rpc = ['--rpc', `${served.url}/rpc`, '--trust', 'own.json'];
      expect(codeOf(await verify(['f', ...rpc, '--no-service']), 'witness-policy')).toBe('policy-outdated');
      const note = checkpointNote(ledger, 7);
      served.lies.set('/log/checkpoint', { body: cosigned(note, court) });
      served.receipts.clear();
      expect(await verify(['f', ...rpc])).toMatchObject({ exit: 0, newest: { outcome: 'extended', size: '7' } });
      served.lies.set('/log/checkpoint', { body: note });
      expect(await verify(['f', ...rpc])).toMatchObject({ exit: 6, newest: { outcome: 'failed' } });
    });
  });

  test('before its anchor it is PENDING', async () => {
    const receipt = receiptJson(ledger, 2, 4);
    putReceipt(receipt);
    ledger.chain.anchors = ledger.chain.anchors.slice(0, 1);
    expect(await verify(['f'])).toMatchObject({ exit: 4, verdict: 'PENDING' });
    putReceipt({ ...receiptJson(ledger, 2, 5), anchor: null });
    const { stdout, exit } = await run(['verify', 'f', '--offline']);
    expect(exit).toBe(4);
    expect(stdout).toContain('this receipt has no anchor (yet) [not-anchored]');
  });

  test('what cannot be read is exit 2 where there is no file, and 6 where the file is no receipt', async () => {
    for (const args of [['none'], ['f', 'none.receipt.json'], ['.'], ['f', '.'], ['f', '--trust', 'none']]) {
      const { exit, stdout } = await run(['verify', ...args, '--json']);
      expect(exit, args.join(' ')).toBe(2);
      expect(JSON.parse(stdout)).toHaveProperty('error.code');
    }
    writeFileSync(join(cwd, 'f.receipt.json'), '{"format":"evidence-ledger/receipt/v9"}');
    expect(codeOf(await verify(['f']), 'record-root')).toBe('receipt-format-unknown');
    writeFileSync(join(cwd, 'f.receipt.json'), 'no json');
    const { stdout } = await run(['verify', 'f']);
    expect(stdout.match(/\[json-invalid\]/g)).toHaveLength(1);
    expect(stdout).not.toContain('not judged');
    expect(await verify(['f'])).toMatchObject({ exit: 6, object: null });
  });
});

describe('in Chinese nothing is left in English', () => {
  test.each<[string, (receipt: ReceiptJson) => void, string[]]>([
    [
      'an index outside',
      (receipt) => (receipt.proof = receipt.proof.replace('index 2', 'index 9')),
      ['应小于 5，实为 9'],
    ],
    [
      'a path too short',
      (receipt) => (receipt.proof = receipt.proof.replace(/(index 2\n)[^\n]+\n/, '$1')),
      ['应为：3', '实为：2'],
    ],
    ['values of the chain', () => {}, ['锚定所在区块：', '已最终确认至区块：']],
  ])('%s', async (_, bend, parts) => {
    const receipt = receiptJson(ledger, 2, 5);
    bend(receipt);
    putReceipt(receipt);
    const { stdout } = await run(['verify', 'f', '--verbose', '--lang', 'zh']);
    for (const part of parts) expect(stdout).toContain(part);
    expect(stdout).not.toMatch(/\b(?:at least|at most|below|hashes|none|of)\b/);
  });

  test('reasons of the operating system and of readers', async () => {
    mkdirSync(join(cwd, 'folder'));
    writeFileSync(join(cwd, 'broken.receipt.json'), '{}');
    const said = async (...args: string[]) => (await run([...args, '--lang', 'zh'])).stderr;
    expect(await said('verify', 'none')).toContain('没有这个文件或目录（ENOENT）');
    expect(await said('receipt', 'upgrade', 'broken.receipt.json')).toContain('不是本系统的存证回执');
    expect(await said('verify', 'f', '--rpc', 'x')).toContain('应为 http 或 https 地址');
    expect((await run(['verify', 'none'])).stderr).toContain('no such file or folder (ENOENT)');
  });
});

describe('verify without a receipt', () => {
  beforeEach(() => rmSync(join(cwd, 'f.receipt.json')));

  test('looks the digest up', async () => {
    expect(await verify(['f'])).toMatchObject({ exit: 0, object: { number: ledger.records[2]!.header.number } });
  });

  test('states what was looked up, and where; nobody confirms that there is no record', async () => {
    writeFileSync(join(cwd, 'g'), 'never registered');
    const sha256 = createHash('sha256').update('never registered').digest('hex');
    const sm3 = createHash('sm3').update('never registered').digest('hex');
    const digests = { sha256, sm3, size: 16 };
    expect(await verify(['g'])).toMatchObject({ subject: { file: 'g', digests, service: served.url } });
    const { stdout } = await run(['verify', 'g']);
    expect(stdout).toContain(`looked up       SHA-256 ${sha256}\n`);
    expect(stdout).toContain(`service asked   ${served.url}\n`);
    expect(stdout).toContain("the service's alone");
    expect(stdout).not.toContain('without a trust file');
    const byNumber = await verify([formatRecordNumber(Date.UTC(2026, 0, 1), new Uint8Array(12))]);
    expect(byNumber).toMatchObject({ exit: 3, scope: 'record', subject: { service: served.url } });
    expect(byNumber.subject).toHaveProperty('number', expect.stringMatching(/^20260101-0000-/));
    expect(byNumber.subject).not.toHaveProperty('receipt');
  });

  test('of a typed SHA-256, no report states that a file was seen', async () => {
    const sha256 = createHash('sha256').update(ledger.fileBytes).digest('hex');
    const document = await verify([sha256]);
    expect(document).toMatchObject({ exit: 0, scope: 'digest', subject: { digests: { sha256 }, service: served.url } });
    expect(document.subject).not.toHaveProperty('file');
    const { stdout } = await run(['verify', sha256, '--verbose', '--report', 'report.html']);
    for (const text of [stdout, readFileSync(join(cwd, 'report.html'), 'utf8')]) {
      expect(text).toContain('no file was examined, SM3 and size were not compared');
      expect(text).toContain(sha256);
      expect(text).not.toMatch(/this is the file|has the registered|the file and its record/);
    }
    expect(await verify(['0'.repeat(64)])).toMatchObject({ exit: 3, scope: 'digest' });
  });

  test('no such record is NOT_FOUND; a service that is off or broken is INDETERMINATE', async () => {
    writeFileSync(join(cwd, 'g'), 'never registered');
    expect(await verify(['g'])).toMatchObject({ exit: 3, verdict: 'NOT_FOUND' });
    expect(await verify(['g', '--offline'])).toMatchObject({ exit: 6 });
    expect(codeOf(await verify(['g'], await nobody()), 'file-digest')).toBe('service-unreachable');
    served.lies.set('/v1/evidence', { status: 500, body: 'oh' });
    expect(codeOf(await verify(['g']), 'file-digest')).toBe('service-refused');
  });

  test.each<[string, (receipt: ReceiptJson) => void]>([
    ['as it is', () => {}],
    ['that withholds its digests', ({ record }) => void record.disclosed.splice(0)],
    [
      'that claims the digest without committing to it',
      ({ record }) => {
        const section = record.disclosed.find(({ name }) => name === 'digests')!;
        section.value = { sha256: createHash('sha256').update('never registered').digest('hex') };
      },
    ],
  ])('the receipt of another file %s is no answer: never a mismatch', async (_, bend) => {
    writeFileSync(join(cwd, 'g'), 'never registered');
    const foreign = receiptJson(ledger, 2, 5);
    bend(foreign);
    served.receipts.set('foreign', foreign);
    const items = [{ id: 'foreign', number: 'X', index: '0', state: 'anchored' }];
    served.lies.set('/v1/evidence', json({ items, nextCursor: null }));
    const document = await verify(['g']);
    expect(document).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    expect(codeOf(document, 'file-digest')).toBe('receipt-not-asked-for');
  });

  test('a look-up that never ends is no answer: exit 6', async () => {
    const items = [{ id: ledger.records[2]!.header.id, number: 'X', index: '0', state: 'anchored' }];
    served.lies.set('/v1/evidence', json({ items, nextCursor: 'again' }));
    expect(codeOf(await verify(['f']), 'file-digest')).toBe('service-refused');
    served.lies.set('/v1/evidence', json({ items: [], nextCursor: 'more' }));
    expect(await verify(['f'])).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    expect(await run(['receipt', 'get', formatRecordNumber(0, new Uint8Array(12))])).toMatchObject({ exit: 6 });
  });

  test('several records of one digest: each is reported, the worst counts', async () => {
    served.receipts.set('second', receiptJson(ledger, 2, 4));
    const document = await verify(['f']);
    expect(document).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    expect(document.reports?.map(({ verdict }) => verdict)).toEqual(['VERIFIED', 'INDETERMINATE']);
    served.receipts.get('second')!.record.header.number = 'X';
    expect(await verify(['f'])).toMatchObject({ exit: 5, verdict: 'INCONSISTENT' });
    expect((await run(['verify', 'f'])).stdout).toContain('2 records have the digest of this file');
  });
});

describe('receipt upgrade', () => {
  test.each([4, 6, 7])(
    'from size %i to the anchor at 5, whichever is larger; what is withheld stays so',
    async (size) => {
      const old = { ...receiptJson(ledger, 2, size), anchor: null };
      old.record.disclosed = old.record.disclosed.filter(({ name }) => name !== 'case');
      putReceipt(old);
      expect(await run(['receipt', 'upgrade', 'f.receipt.json'])).toMatchObject({ exit: 0 });
      expect(read()).toEqual({ ...receiptJson(ledger, 2, 5), record: old.record });
      expect(await verify(['f'])).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    },
  );

  test('by the name of the file next to it', async () => {
    putReceipt({ ...receiptJson(ledger, 2, 4), anchor: null });
    expect(await run(['receipt', 'upgrade', 'f'])).toMatchObject({ exit: 0, stdout: 'final\tf.receipt.json\n' });
    expect(read()).toEqual(receiptJson(ledger, 2, 5));
    rmSync(join(cwd, 'f.receipt.json'));
    expect(await run(['receipt', 'upgrade', 'f'])).toMatchObject({ exit: 6 });
  });

  test('not anchored yet: exit 4, the file is untouched', async () => {
    const old = receiptJson(ledger, 2, 4);
    putReceipt(old);
    served.receipts.set(old.record.header.id, receiptJson(ledger, 2, 6));
    expect(await run(['receipt', 'upgrade', 'f.receipt.json'])).toMatchObject({ exit: 4 });
    expect(read()).toEqual(old);
  });

  test.each<[string, (fresh: ReceiptJson) => void]>([
    ['another header', (fresh) => Object.assign(fresh, receiptJson(ledger, 3, 5))],
    ['another number', (fresh) => (fresh.record.header.number = 'X')],
  ])('%s: exit 5, and both are kept', async (_, bend) => {
    const old = receiptJson(ledger, 2, 4);
    putReceipt(old);
    bend(served.receipts.get(old.record.header.id)!);
    for (const name of ['f.receipt.contradiction.json', 'f.receipt.2.contradiction.json']) {
      expect(await run(['receipt', 'upgrade', 'f.receipt.json'])).toMatchObject({ exit: 5 });
      expect(existsSync(join(cwd, name))).toBe(true);
    }
    expect(read()).toEqual(old);
  });

  describe('a log that was rewritten between the two', () => {
    const fork = () => ({ ...ledger, entries: ledger.entries.with(3, Buffer.alloc(33, 1)) });
    beforeEach(() => {
      const old = receiptJson(ledger, 2, 4);
      putReceipt(old);
      served.receipts.set(old.record.header.id, { ...receiptJson(fork(), 2, 5), anchor: null });
    });

    test('is a contradiction where the tiles lead to the new root and not to the old one', async () => {
      for (const [name, body] of servedLog(fork().entries)) served.lies.set(`/log/${name}`, { body });
      expect(await run(['receipt', 'upgrade', 'f.receipt.json'])).toMatchObject({ exit: 5 });
    });

    test('is not decided by tiles that lead to neither', async () => {
      const { exit, stderr } = await run(['receipt', 'upgrade', 'f.receipt.json', '--lang', 'en']);
      expect([exit, stderr]).toEqual([6, expect.stringContaining('the tree hashes that the service gave are wrong')]);
      expect(existsSync(join(cwd, 'f.receipt.contradiction.json'))).toBe(false);
    });
  });

  test('one flipped bit in a tile accuses nobody', async () => {
    putReceipt({ ...receiptJson(ledger, 2, 7), anchor: null });
    for (const [name, tile] of servedLog(ledger.entries)) {
      const body = Buffer.from(tile);
      if (name.startsWith('tile/0/')) body[0]! ^= 1;
      served.lies.set(`/log/${name}`, { body });
    }
    expect(await run(['receipt', 'upgrade', 'f.receipt.json'])).toMatchObject({ exit: 6 });
  });

  describe('with endorsements', () => {
    const endorsement = (byte: string, size = '7') => ({
      endorser: `0x${byte.repeat(20)}`,
      size,
      root: Buffer.alloc(32, 7).toString('base64'),
      blockNumber: '15',
      blockHash: `0x${'15'.repeat(32)}`,
      txHash: `0x${'17'.repeat(32)}`,
      transactionIndex: 0,
      logPosition: 0,
    });
    type Anchored = ReceiptJson & { anchor: NonNullable<ReceiptJson['anchor']> };
    /** The holder's receipt and the service's, with these endorsements. */
    function put(old: string[], fresh: ReturnType<typeof endorsement>[]): Anchored {
      const held = receiptJson(ledger, 2, 5) as Anchored;
      held.anchor.endorsements = old.map((byte) => endorsement(byte));
      putReceipt(held);
      const offered = served.receipts.get(held.record.header.id) as Anchored;
      offered.anchor.endorsements = fresh;
      return held;
    }
    const endorsers = () => read().anchor!.endorsements!.map(({ endorser }) => endorser.slice(-2));

    test('new ones are added, none is lost, and what is withheld stays so', async () => {
      const held = put(['e1'], [endorsement('e2')]);
      held.record.disclosed = held.record.disclosed.filter(({ name }) => name !== 'case');
      putReceipt(held);
      expect(await run(['receipt', 'upgrade', 'f'])).toMatchObject({ exit: 0 });
      expect(endorsers()).toEqual(['e1', 'e2']);
      expect(read().record).toEqual(held.record);
      expect({ ...read().anchor, endorsements: undefined }).toEqual({ ...held.anchor, endorsements: undefined });
    });

    test('a service that shows fewer, or others of the same endorsers, changes nothing', async () => {
      const held = put(['e1', 'e2'], [endorsement('e2', '6')]);
      expect(await run(['receipt', 'upgrade', 'f'])).toMatchObject({ exit: 0 });
      expect(read()).toEqual(held);
    });

    test('where another anchor takes the place, those that cover it go over', async () => {
      const held = put(['e1'], []);
      held.anchor.endorsements = [endorsement('e1', '8'), endorsement('e2', '6'), endorsement('e3', '9')];
      held.anchor.endorsements.push({ ...endorsement('e4', '8'), blockNumber: '1' });
      putReceipt(held);
      const witness = testWitness('court.example', 7);
      const better = receiptJson(ledger, 2, 7) as Anchored;
      const text = checkpointText(ORIGIN, 7, mth(ledger.entries.slice(0, 7)));
      better.proof += cosignatureLine(witness, text, 1_790_000_000);
      better.anchor = { ...held.anchor, size: '7', root: text.split('\n')[2]!, txHash: `0x${'18'.repeat(32)}` };
      better.anchor.endorsements = [endorsement('e3', '8')];
      served.receipts.set(held.record.header.id, better);
      const trust = { ...served.trust, witnessPolicy: policyOf(1, witness) };
      writeFileSync(join(cwd, 'trust.json'), JSON.stringify(trust));
      expect(await run(['receipt', 'upgrade', 'f', '--trust', 'trust.json'])).toMatchObject({ exit: 0 });
      expect(read().anchor!.size).toBe('7');
      expect(read().anchor!.endorsements).toEqual([endorsement('e3', '8'), endorsement('e1', '8')]);
    });

    test('one that contradicts the anchor is not taken: exit 6, the file is untouched', async () => {
      const held = put([], [endorsement('e1', '4')]);
      expect(await run(['receipt', 'upgrade', 'f'])).toMatchObject({ exit: 6 });
      expect(read()).toEqual(held);
    });
  });

  test('a key that was revoked meanwhile: an anchor in time replaces what waits, a later one and none do not', async () => {
    const old = { ...receiptJson(ledger, 2, 4), anchor: null };
    const { id } = old.record.header;
    const block = Number(receiptJson(ledger, 2, 5).anchor!.blockNumber);
    const revokedAt = (at: number) =>
      Object.assign(served.trust.log.keys[0]!, { toSize: '8', revokedAtBlock: String(at) });
    const trust = async () => {
      writeFileSync(join(cwd, 'trust.json'), JSON.stringify(served.trust));
      return run(['receipt', 'upgrade', 'f.receipt.json', '--trust', 'trust.json', '--json']);
    };
    putReceipt(old);
    revokedAt(block - 1);
    expect(await trust()).toMatchObject({ exit: 6, stdout: expect.stringContaining('key-revoked') });
    revokedAt(block);
    served.receipts.set(id, receiptJson(ledger, 2, 6));
    expect(await trust(), 'nothing anchors it').toMatchObject({ exit: 6 });
    const other = { ...ledger, entries: ledger.entries.with(3, Buffer.alloc(33, 1)) };
    served.receipts.set(id, { ...receiptJson(other, 2, 5), anchor: receiptJson(ledger, 2, 5).anchor });
    for (const [name, body] of servedLog(other.entries)) served.lies.set(`/log/${name}`, { body });
    expect(await trust(), 'a forged tree').toMatchObject({ exit: 5 });
    for (const [name] of servedLog(other.entries)) served.lies.delete(`/log/${name}`);
    expect(read()).toEqual(old);
    served.receipts.set(id, receiptJson(ledger, 2, 5));
    expect(await trust()).toMatchObject({ exit: 0 });
    expect(read()).toEqual(receiptJson(ledger, 2, 5));
  });

  test('no signature by a trusted key: exit 6, the file is untouched', async () => {
    const old = receiptJson(ledger, 2, 4);
    putReceipt(old);
    const fresh = served.receipts.get(old.record.header.id)!;
    fresh.proof = fresh.proof.replace(/\u2014 .*\n/u, '\u2014 stranger AAAAAAAAAAAA\n');
    expect(await run(['receipt', 'upgrade', 'f.receipt.json'])).toMatchObject({ exit: 6 });
    expect(read()).toEqual(old);
  });
});

test('an upgrade keeps the mode of a receipt', async () => {
  putReceipt(receiptJson(ledger, 2, 4));
  chmodSync(join(cwd, 'f.receipt.json'), 0o600);
  const before = readFileSync(join(cwd, 'f.receipt.json'), 'utf8');
  expect(await run(['receipt', 'upgrade', 'f'])).toMatchObject({ exit: 0 });
  expect(readFileSync(join(cwd, 'f.receipt.json'), 'utf8')).not.toBe(before);
  expect(statSync(join(cwd, 'f.receipt.json')).mode & 0o777).toBe(0o600);
});

test('receipt get keeps the better receipt of a record', async () => {
  const { id } = ledger.records[2]!.header;
  const get = async () => run(['receipt', 'get', id, '-o', 'f.receipt.json', '--json']);
  const whole = receiptJson(ledger, 2, 5);
  putReceipt(whole);
  const lesser = { ...receiptJson(ledger, 2, 5), anchor: null };
  served.receipts.set(id, lesser);
  expect(await get()).toMatchObject({ exit: 0 });
  expect(read()).toEqual(whole);
  putReceipt(lesser);
  const unsigned = receiptJson(ledger, 2, 5);
  unsigned.proof = unsigned.proof.replace(/\u2014 .*\n/u, '\u2014 stranger AAAAAAAAAAAA\n');
  served.receipts.set(id, unsigned);
  expect(await get()).toMatchObject({ exit: 6 });
  expect(read()).toEqual(lesser);
  served.receipts.set(id, whole);
  expect(await get()).toMatchObject({ exit: 0 });
  expect(read()).toEqual(whole);
});

test('receipt get writes no receipt over that of another record', async () => {
  const [, , record] = ledger.records;
  const get = async (file: string) => run(['receipt', 'get', record!.header.id, '-o', file]);
  expect(await get('new.json')).toMatchObject({ exit: 0 });
  expect(await get('new.json')).toMatchObject({ exit: 0 });
  putReceipt(receiptJson(ledger, 3, 5), 'other.json');
  expect(await get('other.json')).toMatchObject({ exit: 2 });
  mkdirSync(join(cwd, 'folder'));
  expect(await get('folder')).toMatchObject({ exit: 2 });
  expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('receipt get writes no receipt of another record, and none that is inconsistent in itself', async () => {
  const [, , asked, other] = ledger.records;
  const get = async (id = asked!.header.id) => run(['receipt', 'get', id, '-o', 'new.json', '--json']);
  const expectRefused = async (reason: string) => {
    const { exit, stdout } = await get();
    expect(exit).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'receipt-wrong', message: expect.stringContaining(reason) },
    });
    expect(existsSync(join(cwd, 'new.json'))).toBe(false);
  };
  served.receipts.set(asked!.header.id, receiptJson(ledger, 3, 5));
  await expectRefused(`it is of another record, ${other!.header.id}`);

  const moved = receiptJson(ledger, 2, 5);
  moved.record.header.origin = 'elsewhere.test/log';
  served.receipts.set(asked!.header.id, moved);
  await expectRefused('record and checkpoint name different logs');

  const forged = receiptJson(ledger, 2, 5);
  forged.proof = forged.proof.replace('index 2', 'index 3');
  served.receipts.set(asked!.header.id, forged);
  await expectRefused('inclusion proof: ');

  // asked for by number, a look-up may lead to another record
  const items = [{ id: other!.header.id, number: 'X', index: '3', state: 'anchored' }];
  served.lies.set('/v1/evidence', json({ items, nextCursor: null }));
  expect(await get(formatRecordNumber(0, new Uint8Array(12)))).toMatchObject({ exit: 5 });
  expect(existsSync(join(cwd, 'new.json'))).toBe(false);
});
