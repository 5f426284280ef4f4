import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, median, registration, type Row, withService } from '../bench.ts';
import { httpRequest, load, type LoadResult } from '../load.ts';
import type { Workplace } from '../../test/e2e/program.ts';

const CONNECTIONS = 64;
/** Pairs of short rounds, one right after the other: what else the machine does hits both. */
const PAIRS = 16;
const UNTIL_MS = 24 * 60 * 60_000;

/**
 * Single registrations by API key on a ledger with accounts, against the same without accounts: two
 * services, in turn, as the median of the ratios of pairs. Each registration finds its key, its person, its case and its right.
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
        { url: alone.url, request: request({}), results: [] as LoadResult[] },
        { url: service.url, request: request({ authorization: `Bearer ${key}` }), results: [] as LoadResult[] },
      ];
      for (const { url, request: of } of sides) await load(url, { connections: CONNECTIONS, seconds: 2, request: of });
      for (let pair = 0; pair < pairs; pair++) {
        // who goes first gains or loses by it
        for (const side of pair % 2 === 0 ? sides : sides.toReversed()) {
          side.results.push(await load(side.url, { connections: CONNECTIONS, seconds, request: side.request }));
        }
        const [without, by] = sides.map(({ results }) => Math.round(results.at(-1)!.perSecond));
        report(`signed-in ${by}/s, alone ${without}/s`);
      }
      for (const { statuses } of sides.flatMap(({ results }) => results)) {
        if ([...statuses.keys()].join() !== '201')
          throw new Error(`answers other than 201: ${[...statuses].join(' ')}`);
      }
      const [without, by] = sides.map(({ results }) => results.map(({ perSecond }) => perSecond)) as [
        number[],
        number[],
      ];
      return [
        {
          what: `single registrations by API key, ${CONNECTIONS} connections`,
          value: median(by),
          unit: '/s',
          limit: { what: 'the same without accounts', value: median(without) },
          ratios: by.map((each, i) => each / without[i]!),
          target: { ratio: 0.9 },
        },
      ];
    }),
  );
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
