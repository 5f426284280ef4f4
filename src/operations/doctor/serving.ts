import { errorText } from '../../text/error-text.ts';
import { type Finding, finding } from './finding.ts';
import type { DoctorContext, DoctorParts } from './ports.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Time enough to get a certificate where that is done by hand. */
const FEW_DAYS = 21;
const TIMEOUT_MS = 5000;

/** How other machines reach the service: its certificate, and what goes without. */
export async function checkServing(
  { certificateEndMs }: DoctorParts,
  { serviceUrl, behindProxy = [], insecureHttp = false, nowMs }: DoctorContext,
  isRunning: boolean,
): Promise<Finding[]> {
  const found: Finding[] = [];
  try {
    const endMs = await certificateEndMs();
    if (endMs !== undefined) found.push(judgeCertificate(endMs, nowMs));
  } catch (error) {
    found.push(finding('certificate-wrong', 'problem', { reason: errorText(error) }));
  }
  if (insecureHttp) found.push(finding('insecure-http', 'warning'));
  if (isRunning && (await stated(serviceUrl, 'isResting')) === true)
    found.push(finding('restore-unconfirmed', 'warning'));
  if (behindProxy.length > 0 && isRunning && (await hasAccounts(serviceUrl)) === false) {
    found.push(finding('proxy-without-people', 'warning'));
  }
  return found;
}

function judgeCertificate(endMs: number, nowMs: number): Finding {
  const facts = { until: new Date(endMs).toISOString(), days: Math.max(0, Math.floor((endMs - nowMs) / DAY_MS)) };
  if (endMs <= nowMs) return finding('certificate-expired', 'problem', facts);
  return facts.days < FEW_DAYS
    ? finding('certificate-expiring', 'warning', facts)
    : finding('certificate', 'ok', facts);
}

/** Undefined where the service does not say. */
export function hasAccounts(serviceUrl: string): Promise<boolean | undefined> {
  return stated(serviceUrl, 'hasAccounts');
}

async function stated(serviceUrl: string, name: string): Promise<boolean | undefined> {
  try {
    const answer = await fetch(`${serviceUrl}/v1/sign-in-ways`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const value = ((await answer.json()) as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}
