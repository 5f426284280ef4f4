import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Service, Workplace } from '../e2e/program.ts';
import { register } from '../e2e/backup-helpers.ts';

/**
 * `npm run hostile:memory`: what the service keeps of a mixed load once all clients have left.
 * `LOAD_SECONDS` (240) of registrations, batches, uploads, look-ups, verification, and listings
 * that are left at once, then `IDLE_SECONDS` (60) of nothing. Prints the resident memory every five
 * seconds; ends with 1 where it grows while nobody asks. Linux.
 */

const loadMs = 1000 * Number(process.env['LOAD_SECONDS'] ?? 240);
const idleMs = 1000 * Number(process.env['IDLE_SECONDS'] ?? 60);
const SAMPLE_MS = 5000;
/** Collectors and allocators give back late, so the first samples after the load do not count. */
const SETTLED_AFTER_MS = 15_000;
const MAX_GROWTH_MIB = 24;
const MIB = 1024 * 1024;

const workplace = new Workplace();
workplace.env['EVL_DISK_RESERVE_BYTES'] = '0';
workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '5000';
const service = new Service(workplace);

/** Each kind has one client of its own, so that none of them crowds out another. */
const KINDS: readonly (readonly [string, (i: number) => Promise<number>])[] = [
  ['registered', async (i) => statusOf(await register(service, `single-${i}`))],
  ['uploaded', async (i) => statusOf(await register(service, `upload-${i}`, true))],
  ['batches', (i) => batch(i)],
  ['lookups', (i) => get(`/v1/evidence?case=batch-${i % 50}&limit=100`)],
  ['tiles', () => get('/log/tile/0/000')],
  ['verified', async () => verify(await (await fetch(`${service.url}/v1/evidence?limit=1`)).text())],
  ['refused', () => post('/v1/evidence', randomBytes(50_000))],
  ['abandoned', () => abandon('/v1/evidence?limit=1000', 4)],
];

try {
  await service.start();
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  await service.stop();
  workplace.remove();
}

async function measure(): Promise<boolean> {
  const before = rssMiB();
  const endMs = performance.now() + loadMs;
  const counts: Record<string, number> = {};
  const under = sampling(loadMs);
  await Promise.all(KINDS.map(([name, run]) => repeat(name, run, endMs, counts)));
  const load = await under;
  const heapAfterLoad = await heapMiB();
  const settled = performance.now() + SETTLED_AFTER_MS;
  const idle = await sampling(idleMs);
  const [first = 0, ...later] = idle.filter(({ atMs }) => atMs >= settled).map(({ mib }) => mib);
  const growthMiB = Math.max(...later, first) - first;
  console.log(`under load: ${load.map(({ mib }) => mib).join(' ')} MiB`);
  console.log(`without clients: ${idle.map(({ mib }) => mib).join(' ')} MiB`);
  const report = { before, peak: Math.max(...load.map(({ mib }) => mib)), growthMiB, counts };
  console.log(JSON.stringify({ ...report, heapAfterLoad, heapAfterIdle: await heapMiB() }, null, 2));
  return growthMiB <= MAX_GROWTH_MIB;
}

async function repeat(
  name: string,
  run: (i: number) => Promise<number>,
  endMs: number,
  counts: Record<string, number>,
) {
  for (let i = 0; performance.now() < endMs; i++) {
    // an overloaded service may refuse; its memory is what counts
    const status = await run(i).catch(() => 0);
    const key = `${name} ${status}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
}

async function statusOf(answer: Response): Promise<number> {
  await answer.arrayBuffer();
  return answer.status;
}

async function get(path: string): Promise<number> {
  return statusOf(await fetch(service.url + path));
}

async function post(path: string, body: Uint8Array | string, type = 'application/json'): Promise<number> {
  return statusOf(await fetch(service.url + path, { method: 'POST', headers: { 'content-type': type }, body }));
}

function batch(i: number): Promise<number> {
  const lines = Array.from({ length: 50 }, (_, j) =>
    JSON.stringify({
      case: { number: `batch-${i % 50}`, asIs: true },
      file: { name: `${i}-${j}`, size: 0 },
      digests: { sha256: randomBytes(32).toString('hex') },
    }),
  );
  return post('/v1/evidence/batch', `${lines.join('\n')}\n`, 'application/x-ndjson');
}

async function verify(listing: string): Promise<number> {
  const { items } = JSON.parse(listing) as { items: { id?: string; record?: { header: { id: string } } }[] };
  const id = items[0]?.id ?? items[0]?.record?.header.id;
  if (id === undefined) return 0;
  const receipt = await (await fetch(`${service.url}/v1/evidence/${id}/receipt`)).text();
  return post('/v1/verify', `{"receipt":${receipt}}`);
}

/** Asks on one connection several times and leaves before an answer has come. */
function abandon(path: string, times: number): Promise<number> {
  return new Promise((resolve) => {
    const { hostname, port, host } = new URL(service.url);
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(times), () => {
        setTimeout(() => socket.destroy(), 5);
      });
    });
    socket.on('error', () => {}).on('close', () => resolve(0));
  });
}

interface Sample {
  readonly atMs: number;
  readonly mib: number;
}

async function sampling(durationMs: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs) {
    await pause(SAMPLE_MS);
    samples.push({ atMs: performance.now(), mib: rssMiB() });
  }
  return samples;
}

function rssMiB(): number {
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+([0-9]+) kB$/m.exec(status)![1]) / 1024);
}

async function heapMiB(): Promise<{ readonly used: number; readonly total: number; readonly external: number }> {
  const page = await (await fetch(`${service.url}/metrics`)).text();
  const value = (name: string) => Math.round(Number(new RegExp(`^${name} (.*)$`, 'm').exec(page)?.[1] ?? 0) / MIB);
  return {
    used: value('nodejs_heap_size_used_bytes'),
    total: value('nodejs_heap_size_total_bytes'),
    external: value('nodejs_external_memory_bytes'),
  };
}
