import type { Service } from '../client/http.ts';
import { fetchReceipt, findEvidence, PublicAnswer } from '../client/evidence.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { readReceipt } from '../protocol/receipt.ts';
import { type FileFacts, isRecordOf } from '../protocol/verify/record-steps.ts';
import type { Judge, Judgement } from './judge.ts';
import { lookUpReport, unreadableReport } from './reports.ts';

/**
 * What was found for a file: a judgement for each record, or one with the reason why there is none.
 */
export interface FoundJudgement extends Judgement {
  /** Record number; undefined where no record was found. */
  readonly number: string | undefined;
}

/**
 * For all records of one digest together: a service that answers each request just in time would
 * otherwise hold its user for hours.
 */
const LOOK_UP_TIMEOUT_MS = 120_000;

/**
 * Judges every record that the service shows for the digest of a file. Undefined service: none may
 * be asked. What the service does wrong is in the reports.
 */
export async function lookUpAndJudge(
  service: Service | undefined,
  file: FileFacts,
  judge: Judge,
  sha256: Sha256,
): Promise<FoundJudgement[]> {
  const nothing = (code: string, verdict: 'NOT_FOUND' | 'INDETERMINATE' = 'INDETERMINATE'): FoundJudgement[] => [
    { report: lookUpReport(code, verdict), number: undefined },
  ];
  if (service === undefined) return nothing('receipt-missing');
  try {
    const found = await judgeRecords(service, file, judge, sha256);
    return found.length === 0 ? nothing('no-such-record', 'NOT_FOUND') : found;
  } catch (error) {
    if (error instanceof PublicAnswer) return publicReports(error);
    if (error instanceof ServiceUnreachable) return nothing('service-unreachable');
    if (error instanceof ServiceProblem) return nothing('service-refused');
    throw error;
  }
}

/** What strangers learn: that a record exists is the word of the service, and no verdict. */
function publicReports({ records }: PublicAnswer): FoundJudgement[] {
  if (records.length === 0)
    return [{ report: lookUpReport('not-found-or-not-public', 'NOT_FOUND'), number: undefined }];
  const report = lookUpReport('receipt-not-public', 'INDETERMINATE');
  return records.map(({ number }) => ({ report, number }));
}

async function judgeRecords(
  service: Service,
  file: FileFacts,
  judge: Judge,
  sha256: Sha256,
): Promise<FoundJudgement[]> {
  const found: FoundJudgement[] = [];
  const endMs = performance.now() + LOOK_UP_TIMEOUT_MS;
  for await (const { id, number } of findEvidence(service, { sha256: file.sha256 })) {
    if (performance.now() > endMs) throw new ServiceUnreachable(service.url, 'timeout');
    found.push({ ...(await judgeFound(await fetchReceipt(service, id), file, judge, sha256)), number });
  }
  return found;
}

/**
 * Judges one answer. A receipt of another file proves nothing of this one, and must not make a
 * mismatch out of a file that was never registered.
 */
async function judgeFound(json: Json, file: FileFacts, judge: Judge, sha256: Sha256): Promise<Judgement> {
  try {
    const receipt = readReceipt(json);
    const isForeign = 'value' in receipt.record && !isRecordOf(sha256, receipt.record.value, file.sha256);
    if (isForeign) return { report: lookUpReport('receipt-not-asked-for', 'INDETERMINATE') };
    return await judge.judge(receipt, file);
  } catch (error) {
    if (error instanceof ProtocolError) return { report: unreadableReport(error.code, 'file') };
    throw error;
  }
}
