import { join } from 'node:path';
import { WatchProcess } from '../auditor/watch-process.ts';
import { eventually } from '../server/ledger-fixture.ts';
import type { Service, Workplace } from '../e2e/program.ts';
import type { Observation } from './transcript.ts';

/** The commands that the participants run, and their results. */

interface Audited {
  readonly outcome: 'ok' | 'contradiction' | 'unknown';
  readonly problems: readonly { readonly code: string; readonly where: string }[];
  readonly endorsement?: { readonly size: string } | null;
}

interface Judged {
  readonly verdict: string;
  readonly independence: string;
  readonly steps: readonly {
    readonly step: string;
    readonly status: string;
    readonly code: string;
    readonly expected?: string;
    readonly found?: string;
  }[];
}

/** The addresses of a service and its chain node. */
export interface Endpoints {
  readonly url: string;
  readonly rpc: string;
}

export const endpointsOf = ({ url, chainUrl: rpc }: Service): Endpoints => ({ url, rpc });

/** `evl audit` with URLs and a trust file, and further arguments. */
export async function audit(who: Workplace, { url, rpc }: Endpoints, ...more: readonly string[]): Promise<Observation> {
  const args = ['audit', '--url', url, '--rpc', rpc, '--trust', 'trust.json', ...more];
  const { outcome, problems, exit } = await who.json<Audited>(args);
  const places = Map.groupBy(problems, ({ code }) => code);
  const codes = [...places].map(([code, all]) => `${code} (${[...new Set(all.map(placeIn))].join(', ')})`);
  const grade = outcome === 'contradiction' ? 'alarm' : exit === 0 ? 'quiet' : 'doubt';
  return { grade, summary: `${codes.join(', ') || 'ok'}, exit ${exit}` };
}

/** `witness court, size 6` → `witness court`; `anchor 3` → `anchor`. */
function placeIn({ where }: Audited['problems'][number]): string {
  return where.split(',')[0]!.replace(/ \d+$/, '');
}

/** `evl verify`; with `--offline` without any request. */
export async function verify(who: Workplace, file: string, ...more: readonly string[]): Promise<Observation> {
  const { verdict, independence, steps, exit } = await who.json<Judged>(['verify', file, ...more]);
  const failures = steps
    .filter(({ status }) => status === 'fail' || status === 'unknown')
    .map((step) => `${step.step} ${step.code}${step.code === 'too-few-cosignatures' ? ` (${cosigners(step)})` : ''}`);
  const grade = verdict === 'INCONSISTENT' ? 'alarm' : verdict === 'VERIFIED' ? 'quiet' : 'doubt';
  const witnesses = steps.find(({ step, status }) => step === 'witness-policy' && status === 'pass');
  const basis = `${witnesses === undefined ? '' : `${cosigners(witnesses)} witnesses, `}independence ${independence}`;
  return { grade, summary: `${verdict}: ${verdict === 'VERIFIED' ? basis : failures.join(', ')}, exit ${exit}` };
}

/** `1 of 2`, from `2/2(court,notary)` and `court@2026-11-26T06:00:00Z`. */
function cosigners({ expected = '', found = '-' }: Judged['steps'][number]): string {
  const count = found === '-' ? 0 : found.split(',').length;
  return `${count} of ${/^\d+\/(\d+)/.exec(expected)?.[1]}`;
}

/**
 * `evl audit --watch` until its first alarm: a witness has to be ahead for some seconds before
 * that.
 */
export async function watch(who: Workplace, { url, rpc }: Endpoints): Promise<Observation> {
  const state = join(who.dir, 'watch.state');
  const args = ['--url', url, '--rpc', rpc, '--trust', join(who.dir, 'trust.json'), '--state', state, '--max-age', '3'];
  const process = new WatchProcess(args, who.env);
  await process.waitForMessage('ALARM');
  const exit = await process.end();
  const codes = [...process.stderr.matchAll(/ALARM: ([a-z-]+):/g)].map(([, code]) => code!);
  return { grade: exit === 5 ? 'alarm' : 'doubt', summary: `${[...new Set(codes)].join(', ')}, exit ${exit}` };
}

/** Whether the service accepts registrations; otherwise the reason that it gives. */
export async function readiness(service: Service): Promise<Observation> {
  const answer = await fetch(`${service.url}/readyz`);
  if (answer.status === 200) return { grade: 'quiet', summary: 'ready, HTTP 200' };
  const { reason } = (await answer.json()) as { reason: string };
  const isProven = reason === 'log-forked' || reason === 'log-rolled-back';
  return { grade: isProven ? 'alarm' : 'doubt', summary: `${reason}, HTTP ${answer.status}` };
}

/** What the service reports about a witness of its policy, once it has contacted it. */
export async function witnessState(service: Service, witness: string): Promise<Observation> {
  const state = await eventually(async () => {
    const answer = (await (await fetch(`${service.url}/readyz`)).json()) as { witnesses: Record<string, string> };
    const found = answer.witnesses[witness]!;
    return found === 'answers' || found === 'unasked' ? undefined : found;
  });
  return { grade: state === 'witness-conflict' ? 'alarm' : 'doubt', summary: state };
}

/** How the trust file that the service offers differs from the own one. */
export async function trustDiff(who: Workplace, url: string): Promise<Observation> {
  const { exit, newKeys } = await who.json<{ newKeys: { signed: string }[] }>([
    'trust',
    'diff',
    'trust.json',
    '--url',
    url,
  ]);
  return { grade: 'quiet', summary: `new key signed ${newKeys.map(({ signed }) => signed).join(', ')}, exit ${exit}` };
}

/** `evl add` of one file. */
export async function add(who: Workplace, ...args: readonly string[]): Promise<Observation> {
  const { items, exit } = await who.json<{ items: { state: string; error?: { code: string } }[] }>(['add', ...args]);
  const [item] = items;
  return { grade: exit === 0 ? 'quiet' : 'doubt', summary: `${item!.error?.code ?? item!.state}, exit ${exit}` };
}
