import { type AuditState, isFurther } from '../audit/audit-state.ts';
import type { AuditResult, AuditTarget } from './audit-log.ts';
import { evidenceJson } from './evidence.ts';
import { portablePlatform } from './portable-platform.ts';
import type { AuditStore, Platform } from './ports.ts';

/**
 * Stores what an audit leaves behind: the new state if log and chain are in order, and evidence if
 * there is a contradiction. The earlier state stays in place in every other case.
 *
 * @param store Holds the state that the audit was compared with.
 * @param result The result of `auditLog`.
 * @param target The target of that audit.
 * @param platform As for `auditLog`.
 * @returns The name of the evidence; undefined if there is none, or the store is full.
 * @throws `LedgerError` where the store fails.
 */
export async function keepResult(
  store: AuditStore,
  result: AuditResult,
  { service, remembered }: AuditTarget,
  platform: Platform = portablePlatform,
): Promise<string | undefined> {
  if (result.state !== undefined) await keepState(store, result.state);
  if (result.outcome !== 'contradiction') return undefined;
  return store.addEvidence(await evidenceJson(result, remembered, service, platform.hasher));
}

/**
 * Audits that run at the same time may share a store, so a further state of another audit stays.
 */
export async function keepState(store: AuditStore, state: AuditState): Promise<void> {
  const existing = await store.readState();
  if (typeof existing === 'object' && isFurther(existing, state)) return;
  await store.writeState(state);
}
