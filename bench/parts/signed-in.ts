import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, median, registration, type Row, withService } from '../bench.ts';
import { cpuSeconds } from '../cpu-time.ts';
import { httpRequest, load } from '../load.ts';
import type { Workplace } from '../../test/e2e/program.ts';

const CONNECTIONS = 64;
/** Pairs of short rounds, one right after the other: what else the machine does hits both. */
const PAIRS = 16;
const UNTIL_MS = 24 * 60 * 60_000;

/**
 * Single registrations by API key on a ledger with accounts, against the same without accounts: two
 * services, in turn, as the median of the ratios of pairs. Each registration finds its key, its
 * person, its case and its right.
 */
export async function signedIn({ isQuick, report }: Bench): Promise<Row[]> {
  const [pairs, seconds] = isQuick ? [4, 1] : [PAIRS, 2];
  return withService((alone) =>
    withService(async (service, workplace) => {
      const key = await handlerKey(service.url, workplace);
      const request = (headers: Record<string, string>) => () => {
        const { key: idempotencyKey, body } = registration();
        const all = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey, ...headers };
        return httpRequest('POST', '/v1/evidence', all, body);
      };
      const sides = [
        { url: alone.url, pid: alone.pid, request: request({}), rounds: [] as Round[] },
        {
          url: service.url,
          pid: service.pid,
          request: request({ authorization: `Bearer ${key}` }),
          rounds: [] as Round[],
        },
      ];
      for (const side of sides) await measure(side, 2);
      for (let pair = 0; pair < pairs; pair++) {
        // who goes first gains or loses by it
        for (const side of pair % 2 === 0 ? sides : sides.toReversed()) side.rounds.push(await measure(side, seconds));
        const [without, by] = sides.map(({ rounds }) => Math.round(rounds.at(-1)!.perSecond));
        report(`signed-in ${by}/s, alone ${without}/s`);
      }
      const rowOf = (what: string, unit: string, valueOf: (round: Round) => number): Row => {
        const [without, by] = sides.map(({ rounds }) => rounds.map(valueOf)) as [number[], number[]];
        return {
          what,
          value: median(by),
          unit,
          limit: { what: 'the same without accounts', value: median(without) },
          ratios: by.map((each, i) => each / without[i]!),
          target: { ratio: 0.9 },
        };
      };
      const what = `single registrations by API key, ${CONNECTIONS} connections`;
      const rows = [rowOf(what, '/s', ({ perSecond }) => perSecond)];
      const isCpuKnown = sides.every(({ rounds }) => rounds.every(({ perCpuSecond }) => perCpuSecond !== undefined));
      // on a machine that does other things as well this one counts
      if (isCpuKnown) rows.push(rowOf('the same a second of CPU', '/s', ({ perCpuSecond }) => perCpuSecond!));
      return rows;
    }),
  );
}

interface Round {
  readonly perSecond: number;
  /** Undefined where the system does not say. */
  readonly perCpuSecond: number | undefined;
}

interface Side {
  readonly url: string;
  readonly pid: number;
  readonly request: () => Buffer;
}

async function measure({ url, pid, request }: Side, seconds: number): Promise<Round> {
  const before = cpuSeconds(pid);
  const { perSecond, statuses } = await load(url, { connections: CONNECTIONS, seconds, request });
  if ([...statuses.keys()].join() !== '201') throw new Error(`answers other than 201: ${[...statuses].join(' ')}`);
  const used = before === undefined ? undefined : cpuSeconds(pid)! - before;
  return { perSecond, perCpuSecond: used === undefined ? undefined : statuses.get(201)! / used };
}

/** An API key of a handler, made by the owner of the folder. */
async function handlerKey(url: string, { env }: Workplace): Promise<string> {
  const token = readFileSync(join(env['EVL_DATA_DIR']!, 'host.token'), 'utf8').trim();
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { readonly id: string; readonly key?: string };
  };
  const { id: organisation } = await post('/v1/organisations', { kind: 'procuratorate', name: 'office' });
  const add = (name: string, role: string) =>
    post('/v1/people', { organisation, roles: [role], signInName: name, name });
  await add('admin', 'admin');
  const { id: person } = await add('handler', 'handler');
  const until = new Date(Date.now() + UNTIL_MS).toISOString();
  return (await post('/v1/api-keys', { person, role: 'handler', label: 'load', until })).key!;
}
