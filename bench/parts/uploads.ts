import { createHash, randomBytes } from 'node:crypto';
import { type Bench, median, type Row, withService } from '../bench.ts';

const ROUNDS = 3;
const CHUNK = randomBytes(1024 * 1024);

/** Content uploads, one after the other, against hashing the same bytes in this process. */
export async function uploads({ isQuick, report }: Bench): Promise<Row[]> {
  const mebibytes = isQuick ? 64 : 512;
  return withService(async (service) => {
    const uploaded: number[] = [];
    const hashed: number[] = [];
    const spawned: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const startedMs = performance.now();
      const answer = await fetch(`${service.url}/v1/contents`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: chunks(mebibytes, round) as unknown as ReadableStream,
        duplex: 'half',
      });
      if (answer.status !== 201) throw new Error(`upload was answered with ${answer.status}`);
      await answer.arrayBuffer();
      uploaded.push(mebibytes / ((performance.now() - startedMs) / 1000));
      hashed.push(hashRate(isQuick ? 32 : 128));
      spawned.push(uploaded.at(-1)! / hashed.at(-1)!);
      report(`upload ${Math.round(uploaded.at(-1)!)} MiB/s, hashing ${Math.round(hashed.at(-1)!)} MiB/s`);
    }
    const limit = { what: 'SHA-256 and SM3 in one process', value: median(hashed.slice(1)) };
    return [{ what: 'content upload', value: median(uploaded.slice(1)), unit: 'MiB/s', limit, target: { ratio: 0.8 } }];
  });
}

async function* chunks(count: number, round: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`round ${round}`);
  for (let i = 0; i < count; i++) yield CHUNK;
}

function hashRate(mebibytes: number): number {
  const [sha256, sm3] = [createHash('sha256'), createHash('sm3')];
  const startedMs = performance.now();
  for (let i = 0; i < mebibytes; i++) {
    sha256.update(CHUNK);
    sm3.update(CHUNK);
  }
  sha256.digest();
  sm3.digest();
  return mebibytes / ((performance.now() - startedMs) / 1000);
}
