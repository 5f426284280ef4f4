import { type Bench, median, type Row, withBareExpress, withService } from '../bench.ts';
import { fill } from '../fill.ts';
import { httpRequest, load } from '../load.ts';

const CONNECTIONS = 64;
const ROUNDS = 3;

/**
 * Receipts and tiles of a log of 20,000 records, read at random, against bare Express with one such
 * receipt.
 */
export async function serving({ isQuick, report }: Bench): Promise<Row[]> {
  const seconds = isQuick ? 2 : 5;
  const records = isQuick ? 3000 : 20_000;
  return withService(async (service) => {
    const ids = await fill(service.url, records);
    await new Promise((resolve) => setTimeout(resolve, 2000)); // until it is published
    const receipt = () => httpRequest('GET', `/v1/evidence/${ids[Math.floor(Math.random() * ids.length)]}/receipt`);
    const fullTiles = Math.floor(records / 256);
    const tile = () =>
      httpRequest('GET', `/log/tile/0/${String(Math.floor(Math.random() * fullTiles)).padStart(3, '0')}`);
    const bundle = () =>
      httpRequest('GET', `/log/tile/entries/${String(Math.floor(Math.random() * fullTiles)).padStart(3, '0')}`);
    const sample = await (await fetch(`${service.url}/v1/evidence/${ids[0]}/receipt`)).text();
    return withBareExpress(sample, async (bareUrl) => {
      const bareRequest = httpRequest('GET', '/receipt');
      const measured = { receipts: [], tiles: [], bundles: [], bare: [], p99: [] } as Record<string, number[]>;
      for (let round = 0; round < ROUNDS; round++) {
        const receipts = await load(service.url, { connections: CONNECTIONS, seconds, request: receipt });
        measured['receipts']!.push(receipts.perSecond);
        measured['p99']!.push(receipts.p99Ms);
        const tiles = await load(service.url, { connections: CONNECTIONS, seconds: seconds / 2, request: tile });
        measured['tiles']!.push(tiles.perSecond);
        const bundles = await load(service.url, { connections: CONNECTIONS, seconds: seconds / 2, request: bundle });
        measured['bundles']!.push(bundles.perSecond);
        for (const { statuses } of [receipts, tiles, bundles]) {
          if ([...statuses.keys()].join() !== '200')
            throw new Error(`answers other than 200: ${[...statuses].join(' ')}`);
        }
        const bare = await load(bareUrl, {
          connections: CONNECTIONS,
          seconds: seconds / 2,
          request: () => bareRequest,
        });
        measured['bare']!.push(bare.perSecond);
        report(
          `receipts ${Math.round(receipts.perSecond)}/s, tiles ${Math.round(tiles.perSecond)}/s, bare Express ${Math.round(bare.perSecond)}/s`,
        );
      }
      const limit = { what: 'bare Express, same receipt', value: median(measured['bare']!) };
      return [
        { what: 'proofs: receipts of random records', value: median(measured['receipts']!), unit: '/s', limit },
        { what: 'their p99', value: median(measured['p99']!), unit: 'ms' },
        { what: 'full tiles', value: median(measured['tiles']!), unit: '/s', limit },
        { what: 'full entry bundles', value: median(measured['bundles']!), unit: '/s', limit },
      ];
    });
  });
}
