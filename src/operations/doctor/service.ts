import { type Finding, finding } from './finding.ts';

const LATE_ANCHOR_MINUTES = 60;
const TIMEOUT_MS = 5000;

/** The state of the anchors, as the running service reports it. */
export async function checkService(serviceUrl: string, nowMs: number): Promise<Finding[]> {
  try {
    const answer = await fetch(`${serviceUrl}/v1/anchors`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const view = (await answer.json()) as {
      head: { size: string };
      chain: { problem?: string };
      anchors: { state: string; size: string; createdAt: string }[];
    };
    const last = view.anchors.find(({ state }) => state === 'final');
    const outstanding = BigInt(view.head.size) - BigInt(last?.size ?? 0);
    const minutes = last === undefined ? undefined : Math.round((nowMs - Date.parse(last.createdAt)) / 60_000);
    const facts = { size: view.head.size, outstanding, age: minutes ?? '–' };
    const isLate = outstanding > 0n && minutes !== undefined && minutes > LATE_ANCHOR_MINUTES;
    const found = [isLate ? finding('anchor-late', 'warning', facts) : finding('anchor', 'ok', facts)];
    if (view.chain.problem === 'chain-sources-disagree') found.push(finding('chain-sources-disagree', 'problem'));
    return found;
  } catch {
    return [finding('service-silent', 'warning', { url: serviceUrl })];
  }
}

/**
 * The state of each witness by its name, as the running service reports it; none where the service
 * does not answer, which is a finding of its own.
 */
export async function fetchWitnessStates(serviceUrl: string): Promise<Readonly<Record<string, string>>> {
  try {
    const answer = await fetch(`${serviceUrl}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return ((await answer.json()) as { readonly witnesses?: Record<string, string> }).witnesses ?? {};
  } catch {
    return {};
  }
}
