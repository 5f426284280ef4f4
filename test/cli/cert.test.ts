import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAttachments } from '../../src/verifier/pdf-attachments.ts';
import { hasLinux } from '../availability.ts';
import { receiptJson, testLedger } from '../oracle/ledger.ts';
import { eventually, startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl, PROGRAM, type Run } from './evl.ts';
import { serveLedger, type ServedLedger } from './served-ledger.ts';

const ledger = testLedger();
const RECEIPT = JSON.stringify(receiptJson(ledger, 2, 5));
const NAME = 'certificate-20260101-TESTTESTTES2-X.pdf';
const ID = '01920000-0000-7000-8000-000000000002';

let cwd: string;
let served: ServedLedger;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'evl-cert-'));
  served = await serveLedger(ledger, 5);
  put('f.receipt.json', RECEIPT);
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true, force: true });
});

const put = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content);
const read = (name: string) => new Uint8Array(readFileSync(join(cwd, name)));
const files = (folder = '.') => readdirSync(join(cwd, folder)).filter((name) => name.endsWith('.pdf'));

function run(args: readonly string[], url = served.url): Promise<Run> {
  return evl(args, { cwd, env: { EVL_URL: url, EVL_HOME: join(cwd, 'home') } });
}

async function json(args: readonly string[], url?: string): Promise<Record<string, unknown> & { exit: number | null }> {
  const { exit, stdout } = await run([...args, '--json'], url);
  return { ...(JSON.parse(stdout) as object), exit };
}

describe('cert', () => {
  test('makes a certificate of a receipt, whose attachments are the receipt and the trust file', async () => {
    expect(await run(['cert', 'f.receipt.json'])).toMatchObject({ exit: 0, stdout: `${NAME}\n`, stderr: '' });
    const [receipt, trust] = await readAttachments(read(NAME));
    expect(Buffer.from(receipt!.data).toString()).toBe(RECEIPT);
    expect(JSON.parse(Buffer.from(trust!.data).toString())).toMatchObject({ log: { origin: 'ledger.example/7h3k' } });
  });

  test('needs no service where there is a receipt and a trust file', async () => {
    put('trust.json', JSON.stringify(served.trust));
    const nowhere = 'http://127.0.0.1:1';
    const { exit } = await run(
      ['cert', 'f.receipt.json', '-o', 'c.pdf', '--trust', 'trust.json', '--no-service'],
      nowhere,
    );
    expect([exit, existsSync(join(cwd, 'c.pdf'))]).toEqual([0, true]);
  });

  test('gets the receipt of a record from the service, and refuses another one', async () => {
    expect(await run(['cert', ID, '-o', 'c.pdf'])).toMatchObject({ exit: 0 });
    served.receipts.set(ID, receiptJson(ledger, 1, 5));
    expect(await json(['cert', ID, '-o', 'd.pdf'])).toMatchObject({ exit: 5, error: { code: 'receipt-wrong' } });
    expect(files()).toEqual(['c.pdf']);
  });

  test('takes the receipt next to a file that is named, and makes nothing where the file was changed', async () => {
    put('f', ledger.fileBytes);
    expect(await run(['cert', 'f', '-o', 'c.pdf'])).toMatchObject({ exit: 0, stdout: 'c.pdf\n' });
    put('f', 'changed');
    expect(await json(['cert', 'f', '-o', 'd.pdf'])).toMatchObject({ exit: 1, error: { code: 'certificate-refused' } });
    put('lone', 'without a receipt');
    expect(await json(['cert', 'lone'])).toMatchObject({ exit: 6, error: { code: 'receipt-unreadable' } });
    expect(files()).toEqual(['c.pdf']);
  });

  test.runIf(hasLinux())('a document that cannot be written whole leaves nothing', async () => {
    const env = { PATH: process.env['PATH'], EVL_HOME: join(cwd, 'home'), EVL_URL: served.url, EVL_LANG: 'en' };
    const args = [process.execPath, PROGRAM, 'cert', 'f.receipt.json', '-o', 'out/c.pdf'];
    const limited = promisify(execFile)('sh', ['-c', 'ulimit -f 20; exec "$0" "$@"', ...args], { cwd, env });
    await expect(limited).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot write out/c.pdf') as string,
    });
    expect(readdirSync(join(cwd, 'out'))).toEqual([]);
  });

  test('makes nothing of a receipt that does not verify', async () => {
    const edited = receiptJson(ledger, 2, 5);
    edited.record.disclosed[0]!.value = { name: 'other' };
    put('edited.json', JSON.stringify(edited));
    expect(await json(['cert', 'edited.json'])).toMatchObject({ exit: 5, error: { code: 'certificate-refused' } });
    put('pending.json', JSON.stringify(receiptJson(ledger, 2, 4)));
    expect(await json(['cert', 'pending.json', '--no-service'])).toMatchObject({ exit: expect.toBeOneOf([4, 6]) });
    expect(await json(['cert', 'f.receipt.json', '--offline'])).toMatchObject({
      exit: 6,
      error: { code: 'certificate-refused' },
    });
    put('none.json', '{}');
    expect(await json(['cert', 'none.json'])).toMatchObject({ error: { code: 'receipt-unreadable' } });
    expect(await json(['cert', 'absent.json'])).toMatchObject({ exit: 2, error: { code: 'file-unreadable' } });
    expect(files()).toEqual([]);
  });

  test('replaces no file', async () => {
    put('taken.pdf', 'mine');
    expect(await json(['cert', 'f.receipt.json', '-o', 'taken.pdf'])).toMatchObject({
      exit: 2,
      error: { code: 'document-exists' },
    });
    expect(Buffer.from(read('taken.pdf')).toString()).toBe('mine');
  });

  test('of several, each gets its own file, or the exit code says that one did not', async () => {
    put('g.receipt.json', JSON.stringify(receiptJson(ledger, 3, 5)));
    expect(await json(['cert', 'f.receipt.json', 'g.receipt.json', '-o', 'out'])).toMatchObject({ exit: 0 });
    expect(files('out')).toHaveLength(2);
    put('copy.json', RECEIPT);
    const twice = await json(['cert', 'f.receipt.json', 'copy.json', 'none.json', '-o', 'again']);
    expect(twice).toMatchObject({
      exit: 8,
      items: [
        { file: join('again', NAME) },
        { error: { code: 'document-place-repeated' } },
        { error: { code: 'file-unreadable' } },
      ],
    });
    expect(files('again')).toEqual([NAME]);
  });

  test.each([[[]], [['f.receipt.json', '--case', 'x']]])('%j says what is missing', async (args) => {
    expect(await json(['cert', ...args])).toMatchObject({ exit: 2, error: { code: 'nothing-to-certify' } });
  });

  test.each(['javascript:alert(1)', 'https://me:secret@evl.example/verify', 'https://evl.example/verify#20260101'])(
    '%s is no address of a verify page',
    async (address) => {
      const { exit, stderr } = await run(['cert', 'f.receipt.json', '--verify-url', address]);
      expect([exit, files()]).toEqual([2, []]);
      expect(stderr).toContain('--verify-url');
    },
  );
});

describe('verify with a certificate', () => {
  beforeEach(async () => {
    await run(['cert', 'f.receipt.json', '-o', 'c.pdf']);
    rmSync(join(cwd, 'f.receipt.json'));
    put('f', ledger.fileBytes);
  });

  test('takes the receipt from it, in either place, and says that its printed text was not compared', async () => {
    for (const args of [
      ['c.pdf', 'f'],
      ['f', 'c.pdf'],
      ['f', '--receipt', 'c.pdf'],
    ]) {
      expect(await json(['verify', ...args])).toMatchObject({
        exit: 0,
        verdict: 'VERIFIED',
        scope: 'file',
        subject: { file: 'f', receipt: { name: 'c.pdf', source: 'certificate' } },
      });
    }
    expect((await run(['verify', 'c.pdf', 'f'])).stdout).toContain(
      'the printed text of the certificate was not compared',
    );
    const zh = await run(['verify', 'c.pdf', '--lang', 'zh', '--report', 'report.html']);
    expect(zh.stdout).toContain('证书上印出的文字未作比对');
    expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toContain('证书上印出的文字未作比对');
  });

  test('alone, it is compared with the file of the stated name next to it, else the record is verified', async () => {
    expect(await json(['verify', 'c.pdf'])).toMatchObject({ exit: 0, scope: 'record' });
    renameSync(join(cwd, 'f'), join(cwd, '证据 2.txt'));
    expect(await json(['verify', 'c.pdf'])).toMatchObject({ exit: 0, scope: 'file' });
    put('证据 2.txt', 'changed');
    expect(await json(['verify', 'c.pdf'])).toMatchObject({ exit: 1, verdict: 'MISMATCH' });
  });

  test('the attached trust file proves nothing', async () => {
    rmSync(join(cwd, 'home'), { recursive: true, force: true });
    const alone = await json(['verify', 'c.pdf', 'f', '--offline']);
    expect(alone).toMatchObject({ exit: 6, verdict: 'INDETERMINATE', trust: null });
  });

  test('a certificate that was registered itself is evidence', async () => {
    put('c.pdf.receipt.json', RECEIPT);
    expect(await json(['verify', 'c.pdf'])).toMatchObject({ exit: 1, subject: { file: 'c.pdf' } });
  });

  test('a certificate of which a byte was changed proves the same record or nothing', async () => {
    const bytes = read('c.pdf');
    const verdicts = new Set<unknown>();
    for (let at = 0; at < bytes.length; at += 9973) {
      const changed = bytes.slice();
      changed[at]! ^= 1;
      put('changed.pdf', changed);
      const { verdict, object } = await json(['verify', 'changed.pdf', 'f']);
      verdicts.add(verdict);
      if (verdict === 'VERIFIED') expect(object).toMatchObject({ id: ID });
    }
    expect([...verdicts]).toContain('VERIFIED');
  });
});

test('none is made of a record that is no evidence', async () => {
  const ofService = testLedger(
    undefined,
    { access: { stream: 'of a run' } },
    { name: 'access', sections: ['access', 'time'] },
  );
  await using other = await serveLedger(ofService, 5);
  put('access.receipt.json', JSON.stringify(receiptJson(ofService, 2, 5)));
  for (const named of ['access.receipt.json', ID]) {
    const made = await json(['cert', named, '-o', 'access.pdf'], other.url);
    expect(made).toMatchObject({ exit: 2, error: { code: 'kind-not-certifiable' } });
  }
  expect(files()).toEqual([]);
});

describe('the list of a case', () => {
  let real: TestLedger;
  beforeAll(async () => {
    real = await startLedger({ anchorIntervalMs: 200 });
    for (const name of ['a.txt', '证据二.mp4']) {
      const answer = await fetch(`${real.server.url}/v1/evidence`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          case: { number: '（2026）浙01刑初7号' },
          file: { name, size: 1 },
          digests: { sha256: name.length.toString(16).padStart(64, 'a') },
        }),
      });
      expect(answer.status).toBe(201);
    }
  });
  afterAll(() => real.remove());

  test('has every record of the case, each judged, and replaces no file', async () => {
    const list = ['cert', '--case', '（2026）浙01刑初7号', '-o', 'list.pdf'];
    const made = await eventually(async () => {
      const ended = await json(list, real.server.url);
      return ended.exit === 0 ? ended : undefined;
    });
    expect(made).toMatchObject({ file: 'list.pdf', records: [expect.any(String), expect.any(String)] });
    expect(await json(list, real.server.url)).toMatchObject({ exit: 2, error: { code: 'document-exists' } });
    const none = await json(['cert', '--case', '（2026）浙01刑初8号', '-o', 'none.pdf'], real.server.url);
    expect(none).toMatchObject({ exit: 3, error: { code: 'list-empty' } });
    expect(files()).toEqual(['list.pdf']);
    mkdirSync(join(cwd, 'out'));
    expect(await json([...list.slice(0, 3), '-o', 'out'], real.server.url)).toMatchObject({ exit: 0 });
    expect(files('out')).toEqual(['list.pdf']);
  });
});
