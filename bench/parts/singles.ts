import { type Bench, median, registration, type Row, withBareExpress, withService } from '../bench.ts';
import { httpRequest, load } from '../load.ts';

const CONNECTIONS = 64;
const ROUNDS = 3;

/**
 * Single registrations with idempotency keys, each answered with its receipt, against bare Express
 * with the same answer; alternating, since machines are noisy.
 */
export async function singles({ isQuick, report }: Bench): Promise<Row[]> {
  const seconds = isQuick ? 2 : 6;
  const request = () => {
    const { key, body } = registration();
    return httpRequest('POST', '/v1/evidence', { 'content-type': 'application/json', 'idempotency-key': key }, body);
  };
  return withService(async (service) => {
    const sample = await fetch(`${service.url}/v1/evidence`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: registration().body,
    });
    return withBareExpress(await sample.text(), async (bareUrl) => {
      await load(service.url, { connections: CONNECTIONS, seconds: 2, request }); // warm
      await load(bareUrl, { connections: CONNECTIONS, seconds: 1, request });
      const [ours, bare] = [[], []] as [Awaited<ReturnType<typeof load>>[], Awaited<ReturnType<typeof load>>[]];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await load(service.url, { connections: CONNECTIONS, seconds, request }));
        bare.push(await load(bareUrl, { connections: CONNECTIONS, seconds: seconds / 2, request }));
        report(`singles ${Math.round(ours.at(-1)!.perSecond)}/s, bare Express ${Math.round(bare.at(-1)!.perSecond)}/s`);
      }
      for (const { statuses } of ours) {
        if ([...statuses.keys()].join() !== '201')
          throw new Error(`answers other than 201: ${[...statuses].join(' ')}`);
      }
      const limit = { what: 'bare Express, same answer', value: median(bare.map(({ perSecond }) => perSecond)) };
      return [
        {
          what: `single registrations, ${CONNECTIONS} connections`,
          value: median(ours.map(({ perSecond }) => perSecond)),
          unit: '/s',
          limit,
          target: { ratio: 0.35 },
        },
        {
          what: 'their p50',
          value: median(ours.map(({ p50Ms }) => p50Ms)),
          unit: 'ms',
          limit: { what: 'bare Express', value: median(bare.map(({ p50Ms }) => p50Ms)) },
        },
        {
          what: 'their p99',
          value: median(ours.map(({ p99Ms }) => p99Ms)),
          unit: 'ms',
          limit: { what: 'bare Express', value: median(bare.map(({ p99Ms }) => p99Ms)) },
          target: { atMost: 60 },
        },
      ];
    });
  });
}
