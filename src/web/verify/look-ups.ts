import { fetchReceipt, findEvidence } from '../../client/evidence.ts';
import type { Service } from '../../client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../../client/service-errors.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { sha256 } from '../../protocol/encoding/hash.ts';
import { sectionValue } from '../../protocol/verify/record-steps.ts';
import type { Report } from '../../protocol/verify/report.ts';
import type { Judge, Judgement } from '../../verifier/judge.ts';
import { lookUpAndJudge } from '../../verifier/look-up.ts';
import { type ReceiptDocument, receiptDocument } from '../../verifier/receipt-document.ts';
import { lookUpReport, ofTypedDigest, unreadableReport } from '../../verifier/reports.ts';
import type { Wanted } from './record-link.ts';
import type { Result } from './result.ts';

/** More records of one look-up are not judged: a block may have anchored thousands. */
const MAX_LISTED = 100;

type JudgeReceipt = (receipt: ReceiptDocument) => Promise<Judgement>;

/**
 * Looks up what was typed, and judges every record that the service shows, the newest first. A
 * digest is taken for SHA-256, and for SM3 where none has it. What the service does wrong is in the
 * reports.
 */
export async function judgeWanted(
  { kind, value }: Wanted,
  service: Service,
  judge: Judge,
  judgeReceipt: JudgeReceipt,
): Promise<Result[]> {
  if (kind !== 'digest') return judgeListed(kind === 'number' ? 'number' : 'tx', value, service, judgeReceipt);
  const found = await lookUpAndJudge(service, { sha256: value }, judge, sha256);
  // strangers may ask for SHA-256 alone
  if (found[0]?.report.steps.some(({ code }) => code === 'no-such-record') === true) {
    const ofSm3 = await judgeListed('sm3', value, service, judgeReceipt);
    if (ofSm3[0]?.report.verdict !== 'NOT_FOUND') return ofSm3;
  }
  const results = found.map(({ report, number, ...more }): Result => ({
    ...more,
    ...(found.length > 1 ? listedName(report, value) : { name: value, given: 'typed' }),
    digests: { sha256: value },
    source: ofService(number),
    report: ofTypedDigest(report),
  }));
  return results.toSorted(byNewest);
}

async function judgeListed(
  lookup: 'number' | 'sm3' | 'tx',
  value: string,
  service: Service,
  judgeReceipt: JudgeReceipt,
): Promise<Result[]> {
  const typed = { name: value, given: 'typed' as const };
  try {
    const results: Result[] = [];
    for await (const { id } of findEvidence(service, { [lookup]: value, order: 'newest' })) {
      if (results.length === MAX_LISTED) break;
      const receipt = receiptDocument(await fetchReceipt(service, id));
      if (isOf(receipt, id, lookup, value)) {
        const judgement = await judgeReceipt(receipt);
        const named = lookup === 'number' ? typed : listedName(judgement.report, value);
        results.push({ ...judgement, ...named, receipt, source: ofService(judgement.report.object?.number) });
      } else results.push({ ...typed, report: lookUpReport('receipt-not-asked-for', 'INDETERMINATE', 'record') });
    }
    return results.length > 0 ? results : [{ ...typed, report: lookUpReport('no-such-record', 'NOT_FOUND', 'record') }];
  } catch (error) {
    return [{ ...typed, report: failedLookUp(error) }];
  }
}

/** Whether a receipt is what was asked for: of a transaction, by its anchor. */
function isOf({ parsed: { record, anchor } }: ReceiptDocument, id: string, lookup: string, value: string): boolean {
  if (!('value' in record) || record.value.header.id !== id) return false;
  const { header, disclosed } = record.value;
  if (lookup === 'number') return header.number === value;
  if (lookup === 'tx') return 'value' in anchor && anchor.value?.txHash === value;
  return sectionValue(disclosed, 'digests')?.['sm3'] === value;
}

/** The source of a receipt that the service gave out for this record. */
export function ofService(number: string | undefined): Result['source'] {
  return number === undefined ? undefined : { name: number, source: 'service' };
}

function listedName({ object }: Report, value: string): Pick<Result, 'name' | 'given' | 'typed'> {
  return { name: object?.fileName ?? object?.number ?? value, given: 'listed', typed: value };
}

function byNewest(a: Result, b: Result): number {
  return (b.report.object?.receivedAt ?? '').localeCompare(a.report.object?.receivedAt ?? '');
}

/** What the service did wrong, as a report. Throws what is a bug of ours. */
export function failedLookUp(error: unknown): Report {
  if (error instanceof ServiceUnreachable) return lookUpReport('service-unreachable', 'INDETERMINATE', 'record');
  if (error instanceof ServiceProblem) return lookUpReport('service-refused', 'INDETERMINATE', 'record');
  if (error instanceof ProtocolError) return unreadableReport(error.code, 'record');
  throw error;
}
