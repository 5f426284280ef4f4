/**
 * `evidence-ledger/client`: talks to a service and to chain nodes by `fetch`, in Node and in
 * browsers. What is exported here keeps its meaning within a major version; everything else of the
 * folder may change.
 *
 * @example Register a file by its digest, and keep the receipt
 *   const registration = { case: { number: '（2026）浙01刑初123号' }, file: { name, size }, digests: { sha256 } };
 *   const receipt = await registerEvidence({ url: 'http://127.0.0.1:8080' }, registration, key);
 *
 * @example Find the records of a file
 *   for await (const { number, state } of findEvidence({ url }, { sha256 })) console.log(number, state);
 */
import { registerRecord } from '../client/registration.ts';
import type { Service } from '../client/http.ts';
import { type EvidenceRegistration, evidenceView } from '../kinds/evidence/view.ts';
import type { Json } from '../protocol/encoding/json.ts';

/** `registerRecord` for the kind evidence: one file of a case. */
export function registerEvidence(
  service: Service,
  registration: EvidenceRegistration,
  idempotencyKey: string,
  uploadToken?: string,
): Promise<Json> {
  return registerRecord(service, evidenceView, registration, idempotencyKey, uploadToken);
}

export { type EvidenceRegistration, evidenceView, type Registration } from '../kinds/evidence/view.ts';
export { type AnchorsView, type AnchorView, fetchAnchors, requestAnchor } from '../client/anchors.ts';
export { askNode } from '../client/chain-rpc.ts';
export { type CaseNumberReading, fetchCaseNumber } from '../client/case-number.ts';
export { type EvidenceItem, fetchReceipt, findEvidence } from '../client/evidence.ts';
export { type EvidenceList, type EvidenceQuery, listEvidence } from '../client/list-evidence.ts';
export type { Service } from '../client/http.ts';
export { LogClient } from '../client/log.ts';
export { registerRecord, type StoredContent, uploadContent } from '../client/registration.ts';
export { checkHealth, fetchTrust } from '../client/service.ts';
export { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
export type { Upload } from '../client/upload.ts';
// Also in `evidence-ledger/verifier`, where they belong.
export { upgradeReceipt, type Upgrade } from '../verifier/upgrade.ts';
export { verifyOnline, type OnlineVerification } from '../verifier/verify-online.ts';
