/**
 * `evidence-ledger/auditor`: audits a log as its operator serves it, once or continuously, in Node
 * and in browsers. What is exported here keeps its meaning within a major version; everything else
 * of the folder may change.
 *
 * @example Audit once, and compare with the previous audit
 *   const remembered = saved && parseState(saved);
 *   const result = await auditLog({ service: { url }, rpcUrls, trust: parseTrust(file), remembered });
 *   for (const { kind, code, where } of result.problems) console.log(kind, code, where);
 *   if (result.state) save(JSON.stringify(stateJson(result.state)));
 *
 * @example Watch until a button is pressed
 *   const options = { store, intervalMs: 60_000, maxAgeSeconds: 3600, signal: button.signal };
 *   const outcome = await watchLog(target, options, portablePlatform, (event) => {
 *     if (event.type === 'problems') show(event.active);
 *   });
 */
export { parseState, stateJson, type AuditState } from '../audit/audit-state.ts';
export { outcomeOf, type AuditProblem, type Outcome } from '../audit/audit-problem.ts';
export { auditLog, type AuditResult, type AuditTarget } from '../auditor/audit-log.ts';
export { endorseAudited, type Endorsement } from '../auditor/endorse.ts';
export type { AuditEvent, AuditListener, WatchEvent, WatchListener } from '../auditor/events.ts';
export { evidenceJson } from '../auditor/evidence.ts';
export { keepResult } from '../auditor/keep-result.ts';
export type { AuditStore, Clock, Endorser, OpenEndorser, Platform } from '../auditor/ports.ts';
export { portablePlatform } from '../auditor/portable-platform.ts';
export { watchLog, type WatchOptions } from '../auditor/watch-log.ts';
