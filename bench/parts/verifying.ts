import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, median, type Row, withService } from '../bench.ts';

/** `evl verify` from a cold start, against Node that starts and does nothing. */
export async function verifying({ isQuick, report }: Bench): Promise<Row[]> {
  const rounds = isQuick ? 3 : 11;
  return withService(async (service, workplace) => {
    const file = join(workplace.dir, 'letter.txt');
    const trust = join(workplace.dir, 'trust.json');
    writeFileSync(file, 'a letter');
    await workplace.run(['add', file, '--wait', 'final']);
    writeFileSync(trust, await (await fetch(`${service.url}/trust.json`)).text());
    const args = ['verify', file, '--trust', trust, '--rpc', service.chainUrl];
    const [verified, node, openssl] = [[], [], []] as [number[], number[], number[]];
    for (let round = 0; round < rounds; round++) {
      const startedMs = performance.now();
      const { exit } = await workplace.run(args);
      verified.push(performance.now() - startedMs);
      if (exit !== 0) throw new Error(`verify ended with ${exit}`);
      node.push(timeOf(process.execPath, ['-e', '0']));
      openssl.push(timeOf('openssl', ['dgst', '-sha256', file]));
    }
    report(`verify ${Math.round(median(verified))} ms, node ${Math.round(median(node))} ms`);
    return [
      {
        what: 'evl verify, cold, chain asked',
        value: median(verified),
        unit: 'ms',
        limit: { what: 'node that does nothing', value: median(node) },
        target: { atMost: 250 },
      },
      { what: 'openssl dgst of the same file', value: median(openssl), unit: 'ms' },
    ];
  });
}

function timeOf(program: string, args: readonly string[]): number {
  const startedMs = performance.now();
  spawnSync(program, args);
  return performance.now() - startedMs;
}
