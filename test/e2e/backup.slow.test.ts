import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../server/ledger-fixture.ts';
import { listFiles, type Manifest, manifestIn, register } from './backup-helpers.ts';
import { Service, Workplace } from './program.ts';

/** Copies of a ledger that runs, and ledgers made from them, with all parts real. */

const WRITERS = 64;
const workplace = new Workplace();
const service = new Service(workplace);
const data = join(workplace.dir, 'data');
const at = (name: string) => join(workplace.dir, name);
/** A checkpoint of the running ledger that is newer than the backups. */
const pin = at('newest.checkpoint');

interface Anchors {
  readonly head: { readonly size: string };
  readonly anchors: readonly { readonly state: string; readonly size: string }[];
}
interface Head {
  readonly size: string;
  readonly root: string;
}

/** Receipts by index, as they were answered. */
const acknowledged = new Map<number, { readonly id: string; readonly text: string }>();
let slowestMs = 0;

beforeAll(async () => {
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '300';
  await service.start();
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

describe('a backup under 64 writers', () => {
  test('is a whole ledger, without keys; registration continues meanwhile [S33]', async () => {
    expect((await register(service, 'first')).status).toBe(201);
    await eventually(async () => {
      const { anchors } = (await (await fetch(`${service.url}/v1/anchors`)).json()) as Anchors;
      return anchors.some(({ state }) => state === 'final') ? true : undefined;
    });
    let isOver = false;
    const writers = Array.from({ length: WRITERS }, (_, i) => write(`${i}`, () => isOver));
    await eventually(async () => (acknowledged.size > 300 ? true : undefined));
    slowestMs = 0;
    const [beforeSize, startedMs] = [acknowledged.size, performance.now()];
    const made = await workplace.json<Head>(['backup', at('backup')]);
    const [elapsedMs, duringBackup] = [performance.now() - startedMs, acknowledged.size - beforeSize];
    const slowestDuringMs = slowestMs;
    expect((await workplace.run(['backup', at('backup-with-keys'), '--with-keys'])).exit).toBe(0);
    isOver = true;
    await Promise.all(writers);
    expect(made.exit).toBe(0);
    // no ballast, no index, no keys
    const parts = ['chain', 'contents', 'journal', 'manifest.json', 'trust.json'];
    expect(readdirSync(at('backup')).toSorted()).toEqual(parts);
    expect(Number(made.size)).toBeGreaterThanOrEqual(beforeSize);
    expect(duringBackup).toBeGreaterThan(WRITERS);
    expect(slowestDuringMs, 'no writer waits for long').toBeLessThan(30_000);
    console.log(
      `backup of ${made.size} records in ${Math.round(elapsedMs)} ms; ${duringBackup} registered meanwhile, ` +
        `the slowest in ${Math.round(slowestDuringMs)} ms`,
    );
    await keepNewestCheckpoint();

    const secrets = secretsOf(data);
    expect(secrets).toHaveLength(3);
    expect(filesHolding(at('backup'), secrets)).toEqual([]);
    expect(filesHolding(at('backup-with-keys'), secrets)).toEqual(['chain.json', 'chain.key', 'log.key']);
  });

  test('restores to what was acknowledged, and fsck is clean at its checkpoint [S33]', async () => {
    const env = { EVL_DATA_DIR: at('restored'), EVL_PORT: '0' };
    const manifest = manifestOf('backup');
    expect(await workplace.json(['restore', at('backup')], env)).toMatchObject({ exit: 0, hasKeys: false });
    expect(await workplace.json(['fsck'], env)).toMatchObject({ exit: 0, size: manifest.size, root: manifest.root });
    expect((await workplace.run(['restore', at('backup')], env)).exit).toBe(2);
    expect(await workplace.json(['serve'], env)).toMatchObject({ exit: 12, error: { code: 'key-unreadable' } });
    const lines = readFileSync(join(at('restored'), 'chain', 'transactions.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(lines.length).toBeGreaterThan(2);
  });

  test('refuses a place that is taken', async () => {
    expect(await workplace.json(['backup', at('backup')])).toMatchObject({ exit: 2, error: { code: 'backup-exists' } });
  });
});

describe('after a restore with keys', () => {
  const restored = new Workplace();
  const second = new Service(restored);
  restored.env['EVL_ANCHOR_INTERVAL_MS'] = '300';
  afterAll(async () => {
    await second.stop();
    restored.remove();
  });

  test('nothing is signed before an external head has agreed; reads work [S20]', async () => {
    const args = ['restore', at('backup'), '--keys', join(data, 'keys')];
    expect(await restored.json(args)).toMatchObject({ exit: 0, hasKeys: true, awaitingExternalCheck: true });
    await second.start();
    const { size } = manifestOf('backup');
    const answer = await register(second, 'too-early');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(await answer.json()).toMatchObject({ code: 'outside-head-missing' });
    const ready = await fetch(`${second.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({ reason: 'outside-head-missing' }),
    ]);
    for (const [index, { id, text }] of acknowledged) {
      if (index >= Number(size) || index % 17 !== 0) continue;
      const found = (await (await fetch(`${second.url}/v1/evidence/${id}/receipt`)).json()) as { record: unknown };
      expect(found.record).toEqual((JSON.parse(text) as { record: unknown }).record);
    }
    expect(await second.stop()).toBe(0);
  });

  test('a pinned checkpoint opens it, once', async () => {
    const own = at('own.checkpoint');
    writeFileSync(own, manifestOf('backup').note);
    restored.env['EVL_PINNED_CHECKPOINT'] = own;
    await second.start();
    expect((await register(second, 'after-the-pin')).status).toBe(201);
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
    expect(await second.stop()).toBe(0);
    delete restored.env['EVL_PINNED_CHECKPOINT'];
    await second.start();
    expect((await register(second, 'without-the-pin')).status).toBe(201);
    // the chain that came with it continues too
    await eventually(async () => {
      const now = (await (await fetch(`${second.url}/v1/anchors`)).json()) as Anchors;
      return now.anchors[0]?.state === 'final' && now.anchors[0].size === now.head.size ? true : undefined;
    });
    expect(await second.stop()).toBe(0);
    expect(await restored.json(['fsck'])).toMatchObject({ exit: 0, ok: true });
  });

  test('EVL_REQUIRE_OUTSIDE_HEAD requires an external head at every start', async () => {
    restored.env['EVL_REQUIRE_OUTSIDE_HEAD'] = '1';
    await second.start();
    expect((await register(second, 'the-chain-agrees')).status).toBe(201);
    expect(await second.stop()).toBe(0);
    restored.env['EVL_RPC_URL'] = 'http://127.0.0.1:9';
    await second.start();
    const answer = await register(second, 'no-chain');
    expect(await answer.json()).toMatchObject({ status: 503, code: 'outside-head-missing' });
    expect(await second.stop()).toBe(0);
    delete restored.env['EVL_RPC_URL'];
    delete restored.env['EVL_REQUIRE_OUTSIDE_HEAD'];
  });

  test('a checkpoint that is newer ends registration, and reads go on [S20]', async () => {
    restored.env['EVL_PINNED_CHECKPOINT'] = pin;
    await second.start();
    const answer = await register(second, 'never');
    expect([answer.status, (await answer.json()) as object]).toEqual([
      503,
      expect.objectContaining({ code: 'log-halted' }),
    ]);
    expect((await fetch(`${second.url}/log/checkpoint`)).status).toBe(200);
    await second.stop();
  });
});

describe('a backup that is older than an external head', () => {
  test('is refused by a pinned checkpoint, with both heads and the way forward [S20]', async () => {
    const env = { EVL_DATA_DIR: at('older') };
    const { exit, stderr } = await workplace.run(['restore', at('backup-with-keys'), '--pinned', pin], env);
    expect(exit).toBe(5);
    const manifest = manifestOf('backup-with-keys');
    expect(stderr).toMatch(/the pinned checkpoint holds size [0-9]+ with root \S+, this log has size [0-9]+ with root/);
    expect(stderr).toContain(`this log has size ${manifest.size} with root ${manifest.root}`);
    expect(stderr).toContain('--accept-rollback');
    expect(existsSync(at('older'))).toBe(false);
  });

  test('is refused by the contract [S20]', async () => {
    const env = { EVL_DATA_DIR: at('behind') };
    await eventually(async () => {
      const { anchors } = (await (await fetch(`${service.url}/v1/anchors`)).json()) as { anchors: { size: string }[] };
      return Number(anchors[0]?.size) > Number(manifestOf('backup').size) ? true : undefined;
    });
    const { exit, stderr } = await workplace.run(['restore', at('backup'), '--rpc', service.chainUrl], env);
    expect(exit).toBe(5);
    expect(stderr).toMatch(/the contract holds size [0-9]+ with root \S+, this log has size [0-9]+/);
    expect(existsSync(at('behind'))).toBe(false);
  });
});

async function write(writer: string, isOver: () => boolean): Promise<void> {
  for (let i = 0; !isOver(); i++) {
    const startedMs = performance.now();
    const answer = await register(service, `${writer}-${i}`, i % 10 === 0);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    const text = await answer.text();
    expect(answer.status).toBe(201);
    const { record, proof } = JSON.parse(text) as { record: { header: { id: string } }; proof: string };
    acknowledged.set(Number(/^index ([0-9]+)$/m.exec(proof)![1]), { id: record.header.id, text });
  }
}

/** The published checkpoint that covers all that was acknowledged. */
async function keepNewestCheckpoint(): Promise<void> {
  const newest = Math.max(...acknowledged.keys()) + 1;
  await eventually(async () => {
    const note = await (await fetch(`${service.url}/log/checkpoint`)).text();
    writeFileSync(pin, note);
    return Number(note.split('\n')[1]) >= newest ? true : undefined;
  });
}

function manifestOf(name: string): Manifest {
  return manifestIn(at(name));
}

/** The log key's seed, the chain key, and the phrase that the chain's keys come from. */
function secretsOf(folder: string): string[] {
  const { mnemonic } = JSON.parse(readFileSync(join(folder, 'chain', 'chain.json'), 'utf8')) as { mnemonic: string };
  const [logKey, chainKey] = ['log.key', 'chain.key'].map((name) =>
    readFileSync(join(folder, 'keys', name), 'utf8').trim(),
  );
  // PRIVATE+KEY+name+hash+base64, which may hold a plus itself
  return [logKey!.split('+').slice(4).join('+'), chainKey!.slice(2), mnemonic];
}

function filesHolding(folder: string, secrets: readonly string[]): string[] {
  return listFiles(folder)
    .filter((file) => {
      const text = readFileSync(file, 'latin1');
      return secrets.some((secret) => text.includes(secret));
    })
    .map((file) => basename(file))
    .toSorted();
}
