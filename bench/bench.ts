import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Service, Workplace } from '../test/e2e/program.ts';

/**
 * One line of the table: what was measured, next to the limit that was measured in the same run.
 */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit?: { readonly what: string; readonly value: number };
  /** Of pairs of short rounds to the limit, in turn; undefined: of the two values. */
  readonly ratios?: readonly number[];
  /** The target: a ratio to the limit, or a bound on the value. */
  readonly target?: { readonly ratio: number } | { readonly atLeast: number } | { readonly atMost: number };
  readonly note?: string;
}

/** What every part of the benchmark gets. */
export interface Bench {
  /** Smaller numbers, to try the benchmark itself. */
  readonly isQuick: boolean;
  readonly report: (text: string) => void;
}

export type Part = (bench: Bench) => Promise<Row[]>;

/**
 * Runs a new ledger with its service, removed afterwards. The scrubber and the anchors are off:
 * neither is measured here.
 */
export async function withService<T>(
  use: (service: Service, workplace: Workplace) => Promise<T>,
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  const workplace = new Workplace();
  const service = new Service(workplace);
  Object.assign(workplace.env, {
    EVL_SCRUB_BYTES_PER_SECOND: '0',
    EVL_DISK_RESERVE_BYTES: '0',
    EVL_ANCHOR_INTERVAL_MS: '3600000',
    ...env,
  });
  try {
    await service.start();
    return await use(service, workplace);
  } finally {
    await service.stop();
    workplace.remove();
  }
}

/**
 * Runs bare Express in a separate process that answers with `body`: the cost of the framework
 * alone.
 */
export async function withBareExpress<T>(body: string, use: (url: string) => Promise<T>): Promise<T> {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'bare-express.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin!.end(body);
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout!.once('data', (data: Buffer) => resolve(data.toString('utf8').trim()));
      child.once('close', () => reject(new Error('bare Express did not start')));
    });
    return await use(url);
  } finally {
    child.kill();
  }
}

let names = 0;
/** A registration that is new to the ledger. */
export function registration(): { readonly key: string; readonly body: string } {
  const name = `${process.pid}-${names++}`;
  const sha256 = createHash('sha256').update(name).digest('hex');
  const body = {
    case: { number: '（2026）浙01刑初123号' },
    file: { name: `扫描件/${name}.pdf`, size: 48_213, mediaType: 'application/pdf' },
    digests: { sha256 },
  };
  return { key: name, body: JSON.stringify(body) };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], at: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * at + 0.5)]!;
}
