/**
 * `evidence-ledger/client`: talks to a service and to chain nodes by `fetch`. What is exported here keeps its meaning within a major version; everything else of this
 * folder may change.
 */
export { ServiceProblem, ServiceUnreachable, type Service } from './http.ts';
export {
  checkHealth,
  fetchAnchors,
  fetchReceipt,
  fetchTrust,
  findEvidence,
  registerEvidence,
  requestAnchor,
  uploadContent,
  type AnchorsView,
  type EvidenceItem,
  type StoredContent,
} from './service.ts';
export type { Registration } from '../evidence/registration.ts';
export { askNode } from './chain-rpc.ts';
export { LogClient } from './log.ts';
export { upgradeReceipt, type Upgrade } from './receipt-upgrade.ts';
export { verifyOnline, type OnlineVerification } from './verify-online.ts';
