/**
 * `evidence-ledger/client`: talks to a service and to chain nodes by `fetch`. What is exported here
 * keeps its meaning within a major version; everything else of this folder may change.
 */
export type { Service } from '../client/http.ts';
export { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
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
} from '../client/service.ts';
export type { Registration } from '../kinds/evidence.ts';
export { askNode } from '../client/chain-rpc.ts';
export { LogClient } from '../client/log.ts';
export { upgradeReceipt, type Upgrade } from '../verifier/receipt-upgrade.ts';
export { verifyOnline, type OnlineVerification } from '../verifier/verify-online.ts';
