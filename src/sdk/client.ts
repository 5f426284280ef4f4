/**
 * `evidence-ledger/client`: talks to a service and to chain nodes by `fetch`. What is exported here
 * keeps its meaning within a major version; everything else of this folder may change.
 */
export type { Service } from '../client/http.ts';
export { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
export type { Upload } from '../client/upload.ts';
export { type AnchorsView, type AnchorView, fetchAnchors, requestAnchor } from '../client/anchors.ts';
export { type EvidenceItem, fetchReceipt, findEvidence } from '../client/evidence.ts';
export {
  type EvidenceRegistration,
  registerEvidence,
  type StoredContent,
  uploadContent,
} from '../client/registration.ts';
export { checkHealth, fetchTrust } from '../client/service.ts';
export { askNode } from '../client/chain-rpc.ts';
export { LogClient } from '../client/log.ts';
export { upgradeReceipt, type Upgrade } from '../verifier/upgrade.ts';
export { verifyOnline, type OnlineVerification } from '../verifier/verify-online.ts';
