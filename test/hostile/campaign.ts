import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Service, Workplace } from '../e2e/program.ts';
import { type Attack, ATTACKS, complaint } from './attacks.ts';
import { HonestClient, type Seen } from './honest-client.ts';

/**
 * `npm run hostile`: every attack many times at once against the service as its own process, while
 * an honest client goes on registering and looking up. Ends with 1 where one of them did not end as
 * it should, the honest client had to wait, or the service took too much memory, erred or died.
 * `ATTACK=text` makes those alone whose name has the text.
 */

const MAX_HONEST_P99_MS = 500;
const MAX_RSS_MIB = 512;
/** The honest client must have had the time for a quantile. */
const SHORTEST_PHASE_MS = 1500;

interface Phase {
  readonly name: string;
  readonly times: number;
  readonly longestMs: number;
  readonly answers: string;
  readonly rssMiB: number;
  readonly honest: Seen;
  readonly complaints: readonly string[];
}

const workplace = new Workplace();
workplace.env['EVL_LOG'] = 'json';
workplace.env['EVL_DISK_RESERVE_BYTES'] = '0';
const service = new Service(workplace);
let hasEnded = false;
try {
  await service.start();
  void service.ended().then(() => (hasEnded = true));
  process.exitCode = (await campaign()) ? 0 : 1;
} finally {
  await service.stop();
  workplace.remove();
}

async function campaign(): Promise<boolean> {
  const startedMs = performance.now();
  const honest = new HonestClient(service.url);
  await pause(SHORTEST_PHASE_MS);
  const phases: Phase[] = [await phase({ name: '(nothing)', times: 0, statuses: [], run: never }, honest)];
  print(phases[0]!);
  for (const attack of ATTACKS.filter(({ name }) => name.includes(process.env['ATTACK'] ?? ''))) {
    const made = await phase(attack, honest);
    phases.push(made);
    print(made);
    if (hasEnded) break;
  }
  await honest.stop();
  const incoming = join(workplace.env['EVL_DATA_DIR']!, 'contents', 'incoming');
  const leftovers = readdirSync(incoming).length;
  if (hasEnded) console.log(service.stderr.slice(-3000));
  const errors = service.stderr.split('\n').filter((line) => line.includes('"msg":"internal-error"'));
  const crashes = Number(hasEnded);
  const exit = hasEnded ? null : await service.stop();
  const fsck = await workplace.json<{ ok: boolean }>(['fsck']);
  const complaints = phases.flatMap((each) => each.complaints);
  const report = {
    attacks: phases.length - 1,
    connections: phases.reduce((sum, { times }) => sum + times, 0),
    longestMs: Math.round(Math.max(...phases.map(({ longestMs }) => longestMs))),
    honestRequests: phases.reduce((sum, { honest: { requests } }) => sum + requests, 0),
    honestFailures: phases.reduce((sum, { honest: { failures } }) => sum + failures.length, 0),
    honestWorstP99Ms: Math.round(Math.max(...phases.map(({ honest: { p99Ms } }) => p99Ms))),
    highestRssMiB: Math.max(...phases.map(({ rssMiB }) => rssMiB)),
    crashes,
    internalErrors: errors.length,
    leftovers,
    fsck: fsck.ok,
    seconds: Math.round((performance.now() - startedMs) / 1000),
  };
  for (const line of [...complaints, ...errors.slice(0, 20)]) console.log(`! ${line}`);
  console.log(JSON.stringify(report, null, 2));
  return complaints.length + crashes + errors.length + leftovers === 0 && exit === 0 && fsck.ok;
}

async function phase(attack: Attack, client: HonestClient): Promise<Phase> {
  await client.seen();
  const startedMs = performance.now();
  let rssMiB = 0;
  const watch = setInterval(() => (rssMiB = Math.max(rssMiB, residentMiB())), 50);
  const endings = await Promise.all(Array.from({ length: attack.times }, (_, n) => attack.run(service.url, n)));
  await pause(Math.max(200, SHORTEST_PHASE_MS - (performance.now() - startedMs)));
  clearInterval(watch);
  const honest = await client.seen();
  const statuses = Map.groupBy(
    endings.flatMap(({ statuses: [first] }) => first ?? 'closed'),
    String,
  );
  const complaints = new Set(endings.map((ending) => complaint(attack, ending)).filter((each) => each !== undefined));
  for (const failure of new Set(honest.failures)) complaints.add(`${attack.name}: the honest client: ${failure}`);
  if (honest.p99Ms > MAX_HONEST_P99_MS) complaints.add(`${attack.name}: honest p99 ${Math.round(honest.p99Ms)} ms`);
  if (rssMiB > MAX_RSS_MIB) complaints.add(`${attack.name}: ${rssMiB} MiB`);
  return {
    name: attack.name,
    times: attack.times,
    longestMs: Math.max(0, ...endings.map(({ durationMs }) => durationMs)),
    answers: [...statuses].map(([status, all]) => `${status}×${all.length}`).join(' '),
    rssMiB,
    honest,
    complaints: [...complaints],
  };
}

function residentMiB(): number {
  try {
    const kib = /^VmRSS:\s+([0-9]+)/m.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kib) / 1024);
  } catch {
    return 0; // not Linux, or the process has ended, which is reported elsewhere
  }
}

function print({ name, times, longestMs, answers, rssMiB, honest, complaints }: Phase): void {
  const figures = [
    `${times}`.padStart(5),
    `${(longestMs / 1000).toFixed(1)} s`.padStart(8),
    `${rssMiB} MiB`.padStart(8),
    `p50 ${honest.p50Ms.toFixed(1)}`.padStart(10),
    `p99 ${honest.p99Ms.toFixed(1)}`.padStart(10),
    `max ${honest.maxMs.toFixed(0)} ms`.padStart(12),
  ];
  console.log(`${complaints.length === 0 ? 'ok' : '! '} ${name.padEnd(56)}${figures.join('  ')}  ${answers}`);
}

function never(): never {
  throw new Error('nothing is to be done');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
