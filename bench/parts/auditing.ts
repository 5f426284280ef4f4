import { hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Bench, median, type Row } from '../bench.ts';
import type { Service, Workplace } from '../../test/e2e/program.ts';

/**
 * `evl audit` of a log of `records` over HTTP, against folding hashes of as many entries in this
 * process; and what that costs the service.
 */
export async function audited(
  { report }: Bench,
  service: Service,
  workplace: Workplace,
  records: number,
): Promise<Row[]> {
  const rates: number[] = [];
  const empty: number[] = [];
  const costs: number[] = [];
  for (let round = 0; round < 3; round++) {
    empty.push(await timed(() => workplace.run(['audit', '--help'])));
    const cpuBefore = cpuSeconds(service.pid);
    const seconds = await timed(async () => {
      const { exit, stdout } = await workplace.run([
        'audit',
        '--url',
        service.url,
        '--rpc',
        service.chainUrl,
        '--json',
      ]);
      const { size } = JSON.parse(stdout) as { size: string };
      if (exit !== 0 || Number(size) < records) throw new Error(`the audit ended with ${exit} at size ${size}`);
    });
    rates.push(records / (seconds - median(empty)));
    costs.push(((cpuSeconds(service.pid) - cpuBefore) * 1_000_000) / records);
    report(`audit ${Math.round(rates.at(-1)!)} entries/s`);
  }
  const name = records.toLocaleString('en');
  return [
    {
      what: `audit over HTTP of ${name} records, without the start of the program`,
      value: median(rates),
      unit: 'entries/s',
      limit: { what: 'folds of as many leaves by crypto.hash', value: foldRate(records) },
      target: { atLeast: 400_000 },
    },
    {
      what: `what the service takes of a processor for an entry that is audited, ${name} records`,
      value: median(costs),
      unit: 'µs',
    },
  ];
}

/** User and system time of a process, in seconds; the kernel counts in hundredths. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await run();
  return (performance.now() - startedMs) / 1000;
}

/** Leaves a second: one hash of 34 bytes for each, and one of 65 bytes for each node above. */
function foldRate(count: number): number {
  const leaf = randomBytes(34);
  const node = randomBytes(65);
  const startedMs = performance.now();
  for (let i = 0; i < count; i++) {
    leaf.write(hash('sha256', leaf, 'latin1'), 1, 'latin1');
    node.write(hash('sha256', node, 'latin1'), 1, 'latin1');
  }
  return count / ((performance.now() - startedMs) / 1000);
}
