import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Service, Workplace } from './program.ts';

/**
 * The main job, as a person does it from a shell: register, anchor, verify, audit, with all parts
 * real.
 */

const workplace = new Workplace();
const service = new Service(workplace);
const files = join(workplace.dir, '卷宗');
const trust = join(workplace.dir, 'trust.json');

interface Added {
  readonly items: readonly {
    readonly file: string;
    readonly id: string;
    readonly receipt: string;
    readonly state: string;
  }[];
}
interface Verified {
  readonly verdict: string;
  readonly independence: string;
  readonly steps: readonly { readonly step: string; readonly status: string; readonly code: string }[];
}

beforeAll(async () => {
  makeFiles(files);
  await service.start();
  writeFileSync(trust, await (await fetch(`${service.url}/trust.json`)).text());
});

afterAll(async () => {
  await service.stop();
  workplace.remove();
});

const verify = (args: readonly string[], env: Record<string, string> = {}) =>
  workplace.json<Verified>(['verify', ...args, '--trust', trust], env);

describe('registering and verifying', () => {
  test('a folder of mixed files gets anchored receipts, each of which verifies', async () => {
    const added = await workplace.json<Added>(['add', files, '--wait', 'final']);
    expect(added.exit).toBe(0);
    const registered = listFiles(files).filter((file) => !file.endsWith('.receipt.json'));
    expect(added.items.length).toBeGreaterThanOrEqual(registered.length);
    expect(new Set(added.items.map(({ state }) => state))).toEqual(new Set(['final']));
    for (const file of registered) {
      const report = await verify([file]);
      expect([file, report.exit, report.verdict, report.independence]).toEqual([file, 0, 'VERIFIED', 'none']);
    }
  });

  test('states that the operator runs the chain', async () => {
    const { exit, stdout } = await workplace.run(['verify', join(files, 'a.txt'), '--trust', trust]);
    expect(exit).toBe(0);
    expect(stdout).toContain(
      'the anchoring chain is run by the operator: time and irreversibility rest on the operator',
    );
    const zh = await workplace.run(['verify', join(files, 'a.txt'), '--trust', trust, '--lang', 'zh']);
    expect(zh.stdout).toContain('核验一致');
    expect(zh.stdout).toContain('锚定链由运营方自行运行，时间与不可回滚性依赖运营方');
  });

  test('running it again registers nothing twice', async () => {
    const before = await treeSize();
    expect((await workplace.json<Added>(['add', files])).exit).toBe(0);
    expect(await treeSize()).toBe(before);
  });

  test('one changed byte is a mismatch', async () => {
    const file = copyOf('a.txt');
    writeFileSync(file, 'Evidence, not much of it.\n');
    const report = await verify([file]);
    expect([report.exit, report.verdict]).toEqual([1, 'MISMATCH']);
  });

  test('an unknown file without a receipt is not found', async () => {
    const file = join(workplace.dir, 'unknown.txt');
    writeFileSync(file, 'nobody registered this');
    const report = await verify([file]);
    expect([report.exit, report.verdict]).toEqual([3, 'NOT_FOUND']);
  });

  test('a file without its receipt is found by its digest', async () => {
    const file = join(workplace.dir, 'moved.txt');
    cpSync(join(files, 'a.txt'), file);
    const report = await verify([file]);
    expect([report.exit, report.verdict]).toEqual([0, 'VERIFIED']);
  });

  test('before the anchor it is pending', async () => {
    const file = join(workplace.dir, 'pending.txt');
    writeFileSync(file, `registered at ${Date.now()}`);
    const added = await workplace.json<Added>(['add', file]);
    expect([added.exit, added.items[0]?.state]).toEqual([0, 'registered']);
    const report = await verify([file]);
    expect([report.exit, report.verdict]).toEqual([4, 'PENDING']);
  });
});

describe('a tampered receipt is inconsistent, and the step is named', () => {
  interface Receipt {
    record: { header: Record<string, unknown>; disclosed: Record<string, unknown>[] };
    proof: string;
    anchor: Record<string, unknown>;
  }
  const flipBase64 = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  const proofLines = (receipt: Receipt, change: (lines: string[]) => void) => {
    const lines = receipt.proof.split('\n');
    change(lines);
    receipt.proof = lines.join('\n');
  };
  const section = (receipt: Receipt) => receipt.record.disclosed[0]!;
  const header = (receipt: Receipt) => receipt.record.header;
  const cases: readonly (readonly [string, string, (receipt: Receipt) => void])[] = [
    ['salt', 'record-root', (r) => (section(r)['salt'] = flipBase64(section(r)['salt'] as string))],
    ['value', 'record-root', (r) => ((section(r)['value'] as Record<string, unknown>)['name'] = 'other.txt')],
    [
      'commitment',
      'record-root',
      (r) => {
        const sections = header(r)['sections'] as Record<string, string>;
        sections['file'] = flipBase64(sections['file']!);
      },
    ],
    ['id', 'inclusion', (r) => (header(r)['id'] = '01a20505-eec1-7104-b25b-43ab2aa327fb')],
    ['path hash', 'inclusion', (r) => proofLines(r, (lines) => (lines[2] = flipBase64(lines[2]!)))],
    [
      'index',
      'inclusion',
      (r) => proofLines(r, (lines) => (lines[1] = lines[1] === 'index 0' ? 'index 1' : 'index 0')),
    ],
    [
      'checkpoint size',
      'log-signature',
      (r) =>
        proofLines(r, (lines) => (lines[lines.indexOf('') + 2] = String(Number(lines[lines.indexOf('') + 2]) + 1))),
    ],
    [
      'signature',
      'log-signature',
      (r) =>
        proofLines(
          r,
          (lines) =>
            (lines[lines.length - 2] = lines
              .at(-2)!
              .replace(/(.{20})(.)(.{20})$/, (_, a, b, c) => a + (b === 'x' ? 'y' : 'x') + c)),
        ),
    ],
    ['anchor root', 'anchor', (r) => (r.anchor['root'] = Buffer.alloc(32, 7).toString('base64'))],
    ['block hash', 'anchor', (r) => (r.anchor['blockHash'] = `0x${'11'.repeat(32)}`)],
    ['transaction', 'anchor', (r) => (r.anchor['txHash'] = `0x${'11'.repeat(32)}`)],
    ['log position', 'anchor', (r) => (r.anchor['logPosition'] = 1)],
  ];
  test.each(cases)('%s → %s', async (_name, step, tamper) => {
    const file = copyOf('report.pdf');
    const receipt = JSON.parse(readFileSync(`${file}.receipt.json`, 'utf8')) as Receipt;
    tamper(receipt);
    writeFileSync(`${file}.receipt.json`, JSON.stringify(receipt));
    const report = await verify([file]);
    expect([report.exit, report.verdict]).toEqual([5, 'INCONSISTENT']);
    expect(report.steps.filter(({ status }) => status === 'fail').map((failed) => failed.step)).toContain(step);
  });
});

describe('with another ledger', () => {
  const other = new Workplace();
  afterAll(() => other.remove());

  test('its trust file verifies nothing here', async () => {
    expect((await other.run(['init'])).exit).toBe(0);
    const report = await workplace.json<Verified>([
      'verify',
      join(files, 'a.txt'),
      '--trust',
      join(other.dir, 'data', 'trust.json'),
      '--rpc',
      service.chainUrl,
    ]);
    expect([report.exit, report.verdict]).toEqual([6, 'INDETERMINATE']);
  });
});

describe('the audit', () => {
  const state = join(workplace.dir, 'audit-state.json');
  const audit = () =>
    workplace.json<{ ok: boolean; size: string; problems: { code: string }[] }>([
      'audit',
      `--url=${service.url}`,
      `--rpc=${service.chainUrl}`,
      `--trust=${trust}`,
      `--state=${state}`,
    ]);

  test('recomputes the log from tiles and chain', async () => {
    const report = await audit();
    expect(report).toMatchObject({ exit: 0, ok: true, problems: [] });
    expect(BigInt(report.size)).toBe(await treeSize());
  });

  test('notices a log that was rolled back', async () => {
    const grown = join(workplace.dir, 'grown.txt');
    writeFileSync(grown, 'the newest record');
    await service.stop();
    const before = join(workplace.dir, 'before');
    cpSync(workplace.env['EVL_DATA_DIR']!, before, { recursive: true });
    await service.start();
    expect((await workplace.run(['add', grown, '--wait', 'final'])).exit).toBe(0);
    expect((await audit()).exit).toBe(0);
    await service.stop();
    const now = join(workplace.dir, 'now');
    cpSync(workplace.env['EVL_DATA_DIR']!, now, { recursive: true });
    for (const part of ['journal', 'index', 'chain']) restore(before, workplace.env['EVL_DATA_DIR']!, part);
    await service.start();
    const report = await audit();
    expect(report.exit).toBe(5);
    expect(report.problems.map(({ code }) => code)).toContain('log-rolled-back');
    await service.stop();
    for (const part of ['journal', 'index', 'chain']) restore(now, workplace.env['EVL_DATA_DIR']!, part);
    await service.start();
    expect((await audit()).exit).toBe(0);
  });
});

describe('without the chain, and without the service', () => {
  const alone = (args: readonly string[]) =>
    verify([...args, '--rpc', service.chainUrl], { EVL_URL: 'http://127.0.0.1:9' });

  test('a start after a kill has the same log and the same chain', async () => {
    const head = await chainHead();
    const checkpoint = await (await fetch(`${service.url}/log/checkpoint`)).text();
    await service.stop('SIGKILL');
    await service.start();
    expect(await chainHead()).toEqual(head);
    expect(await (await fetch(`${service.url}/log/checkpoint`)).text()).toBe(checkpoint);
  });

  test('chain off: a good file is indeterminate, an altered one a mismatch, and the check of the store is clean', async () => {
    expect(await service.stop()).toBe(0);
    expect((await alone([join(files, 'a.txt')])).verdict).toBe('INDETERMINATE');
    expect((await alone([join(files, 'a.txt')])).exit).toBe(6);
    const altered = copyOf('a.txt');
    writeFileSync(altered, 'altered');
    expect((await alone([altered])).exit).toBe(1);
    const unknown = join(workplace.dir, 'unknown.txt');
    expect((await verify([unknown], { EVL_URL: 'http://127.0.0.1:9' })).exit).toBe(6);
    expect((await workplace.json(['fsck'])).exit).toBe(0);
  });

  test('service off, chain and trust file at hand: verified', async () => {
    const chain = workplace.spawn(['chain']);
    try {
      await new Promise<void>((resolve) => chain.stderr!.on('data', () => resolve()));
      const report = await alone([join(files, 'a.txt')]);
      expect([report.exit, report.verdict]).toEqual([0, 'VERIFIED']);
    } finally {
      const ended = new Promise((resolve) => chain.once('close', resolve));
      chain.kill('SIGTERM');
      await ended;
    }
    await service.start();
  });
});

/** Mixed kinds: text, PDF, picture, archive, empty, larger ones, odd names. */
function makeFiles(folder: string): void {
  mkdirSync(join(folder, '子目录', 'deeper'), { recursive: true });
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  write('a.txt', 'Evidence, a little of it.\n');
  write('empty', '');
  write('子目录/证据 1.txt', '你好\n');
  write('report.pdf', `%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`);
  write('picture.png', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), deflateSync(Buffer.alloc(1000))]));
  write('archive.tar.gz', gzipSync(Buffer.alloc(5000, 'x')));
  write('deep name with "quotes" & <angles>.md', '# odd\n');
  write('子目录/deeper/emoji 📷.bin', createHash('sha512').update('x').digest());
  write('-leading-dash', 'dash');
  write('large.img', Buffer.alloc(3 * 1024 * 1024, 'disk image '));
  if (process.platform === 'linux') {
    write('line\nbreak', 'name with a newline');
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xb0, 0xa1]), Buffer.from('.txt')]),
      'GBK name',
    );
  }
}

/**
 * Files whose names are text; the one of another encoding is verified by its receipt being there.
 */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => !path.includes('\ufffd') && statSync(path).isFile())
    .toSorted();
}

/** A file and its receipt, to be spoiled. */
function copyOf(name: string): string {
  const copy = join(workplace.dir, `copy-${name}`);
  for (const end of ['', '.receipt.json']) cpSync(join(files, name) + end, copy + end);
  return copy;
}

function restore(from: string, to: string, part: string): void {
  rmSync(join(to, part), { recursive: true, force: true });
  cpSync(join(from, part), join(to, part), { recursive: true });
}

async function treeSize(): Promise<bigint> {
  const { head } = (await (await fetch(`${service.url}/v1/anchors`)).json()) as { head: { size: string } };
  return BigInt(head.size);
}

async function chainHead(): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getBlockByNumber', params: ['latest', false] });
  const answer = await fetch(service.chainUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const { result } = (await answer.json()) as { result: { number: string; hash: string } };
  return [result.number, result.hash];
}
