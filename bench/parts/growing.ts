import { readFileSync } from 'node:fs';
import { type Bench, type Row, withService } from '../bench.ts';
import { audited } from './auditing.ts';
import { fill } from '../fill.ts';
import { httpRequest, load } from '../load.ts';

/** Start, memory, rebuild and audit as the log grows. */
export async function growing(bench: Bench): Promise<Row[]> {
  const { isQuick, report } = bench;
  const sizes = isQuick ? [10_000] : [100_000, 1_000_000];
  return withService(async (service, workplace) => {
    const rows: Row[] = [];
    let have = 0;
    for (const size of sizes) {
      const ids = await fill(service.url, size - have);
      have = size;
      const name = size.toLocaleString('en');
      await service.stop();
      const startedMs = performance.now();
      await service.start();
      const startMs = performance.now() - startedMs;
      const request = () => httpRequest('GET', `/v1/evidence/${ids[Math.floor(Math.random() * ids.length)]}/receipt`);
      await load(service.url, { connections: 16, seconds: isQuick ? 1 : 5, request });
      const memoryMiB = residentMiB(service.pid);
      const audit = await audited(bench, service, workplace, size);
      await service.stop();
      const rebuiltMs = performance.now();
      const { exit } = await workplace.run(['rebuild-index']);
      if (exit !== 0) throw new Error(`rebuild-index ended with ${exit}`);
      const perSecond = size / ((performance.now() - rebuiltMs) / 1000);
      await service.start();
      report(
        `${name} records: start ${Math.round(startMs)} ms, ${Math.round(memoryMiB)} MiB, rebuild ${Math.round(perSecond)}/s`,
      );
      rows.push(
        {
          what: `start at ${name} records, with the local chain`,
          value: startMs,
          unit: 'ms',
          target: { atMost: 2000 },
        },
        {
          what: `memory of the service at ${name} records, after reads`,
          value: memoryMiB,
          unit: 'MiB',
          target: { atMost: 400 },
        },
        { what: `rebuild-index at ${name} records`, value: perSecond, unit: 'records/s', target: { atLeast: 20_000 } },
        ...audit,
      );
    }
    return rows;
  });
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+([0-9]+) kB/m.exec(status)![1]) / 1024;
}
