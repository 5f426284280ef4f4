import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, median, registration, type Row, withService } from '../bench.ts';

const ROUNDS = 3;

/**
 * Batches with and without receipts, against appending as many bytes as the journal takes for them,
 * with as many syncs.
 */
export async function batches({ isQuick, report }: Bench): Promise<Row[]> {
  const lines = isQuick ? 5000 : 30_000;
  return withService(async (service, workplace) => {
    const journal = join(workplace.env['EVL_DATA_DIR']!, 'journal', '00000000.seg');
    const rate = async (query: string) => {
      const body = Array.from({ length: lines }, () => registration().body).join('\n');
      const startedMs = performance.now();
      const answer = await fetch(`${service.url}/v1/evidence/batch${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': `batch-${startedMs}` },
        body,
      });
      let newlines = 0;
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        for (const byte of chunk) if (byte === 0x0a) newlines++;
      }
      if (newlines !== lines) throw new Error(`${newlines} answers to ${lines} lines`);
      return lines / ((performance.now() - startedMs) / 1000);
    };
    await rate('');
    const [withReceipts, without, appended] = [[], [], []] as [number[], number[], number[]];
    for (let round = 0; round < ROUNDS; round++) {
      withReceipts.push(await rate(''));
      const before = statSync(journal).size;
      without.push(await rate('?receipts=false'));
      appended.push(rawAppend(statSync(journal).size - before, lines));
      report(`batch ${Math.round(withReceipts.at(-1)!)}/s with receipts, ${Math.round(without.at(-1)!)}/s without`);
    }
    const limit = { what: 'raw append + fdatasync of the same bytes', value: median(appended) };
    return [
      {
        what: 'batch registrations with receipts',
        value: median(withReceipts),
        unit: '/s',
        limit,
        target: { atLeast: 12_000 },
      },
      {
        what: 'batch registrations with identifiers',
        value: median(without),
        unit: '/s',
        limit,
        target: { atLeast: 18_000 },
      },
    ];
  });
}

const FRAME_RECORDS = 1024;

/** Records a second, if writing them were all. */
function rawAppend(bytes: number, records: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'evl-append-'));
  const file = openSync(join(folder, 'file'), 'w');
  const frames = Math.ceil(records / FRAME_RECORDS);
  const frame = Buffer.alloc(Math.ceil(bytes / frames), 0x5a);
  const startedMs = performance.now();
  for (let i = 0; i < frames; i++) {
    writeSync(file, frame);
    fdatasyncSync(file);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return records / seconds;
}
