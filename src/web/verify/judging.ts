import { fetchReceipt, findEvidence } from '../../client/evidence.ts';
import type { Service } from '../../client/http.ts';
import { LogClient } from '../../client/log.ts';
import { ServiceProblem, ServiceUnreachable } from '../../client/service-errors.ts';
import { fetchTrust } from '../../client/service.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { sha256 } from '../../protocol/encoding/hash.ts';
import { portableTreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import { parseTrust, type Trust } from '../../protocol/trust.ts';
import type { Report } from '../../protocol/verify/report.ts';
import type { TrustChoice } from '../../verifier/choose-trust.ts';
import { type ComparedFile, Judge } from '../../verifier/judge.ts';
import { NewestJudge, type NewestJudgement } from '../../verifier/judge-newest.ts';
import { lookUpAndJudge } from '../../verifier/look-up.ts';
import { nodesByFetch, noNodes } from '../../verifier/nodes.ts';
import { type ReceiptDocument, receiptDocument } from '../../verifier/receipt-document.ts';
import { lookUpReport, ofTypedDigest, unreadableReport } from '../../verifier/reports.ts';
import type { HeldEvidence, HeldReceipt } from './held.ts';
import { type Pair, pairUp } from './pairing.ts';
import type { Result } from './result.ts';
import type { Typed } from './typed.ts';

const HASHES = { sha256, tree: portableTreeHasher };

/**
 * Judges what was given to the page, by the same judge as the command line. With a service the page
 * looks up and asks the chain through it; its trust file counts as the operator's. Without one
 * nothing is asked.
 */
export class PageJudge {
  readonly #service: Service | undefined;
  readonly #judge: Judge;
  readonly #newest: NewestJudge | undefined;

  /** `trust`: the trust file that the reader gave. */
  constructor(service: Service | undefined, trust: Trust | ProtocolError | undefined) {
    this.#service = service;
    // the page in one file has nothing in it that asks a service
    this.#judge = new Judge({
      trustFor: () => chooseTrust(service, trust),
      askNodes:
        EVL_MODE === 'offline' || service === undefined
          ? noNodes
          : nodesByFetch({ named: [`${service.url}/v1/chain`], operatorUrls: async () => [service.url] }),
      log: EVL_MODE === 'offline' ? undefined : service && new LogClient(service, HASHES.tree),
      sha256,
      nowMs: Date.now,
    });
    this.#newest = EVL_MODE === 'offline' ? undefined : new NewestJudge(this.#judge, service, HASHES);
  }

  /**
   * Judges the files with their receipts. Never rejects for what a file, a service or a node does
   * wrong: that is in the reports.
   */
  async judgeGiven(evidence: readonly HeldEvidence[], receipts: readonly HeldReceipt[]): Promise<Result[]> {
    return (await Promise.all(pairUp(evidence, receipts).map((pair) => this.#judgePair(pair)))).flat();
  }

  async #judgePair({ evidence, receipt }: Pair): Promise<Result[]> {
    const file = evidence?.compared;
    const about = { name: evidence?.name ?? receipt!.name, sha256: sha256Of(file) };
    if (receipt !== undefined) {
      const { content } = receipt;
      if (content instanceof ProtocolError) {
        return [{ ...about, report: unreadableReport(content.code, file === undefined ? 'record' : 'file') }];
      }
      return [{ ...about, ...(await this.#judgeReceipt(content, file)) }];
    }
    if (file === undefined || 'problem' in file) {
      return [{ ...about, report: lookUpReport(file?.problem ?? 'file-missing', 'INDETERMINATE') }];
    }
    if (EVL_MODE === 'offline') return [{ ...about, report: lookUpReport('receipt-missing', 'INDETERMINATE') }];
    const found = await lookUpAndJudge(this.#service, file, this.#judge, sha256);
    return found.map((judgement) => ({ ...about, ...judgement }));
  }

  async #judgeReceipt(receipt: ReceiptDocument, file: ComparedFile): Promise<NewestJudgement> {
    return this.#newest === undefined ? this.#judge.judge(receipt.parsed, file) : this.#newest.judge(receipt, file);
  }

  /** Looks up what was typed, and judges every record that the service shows. */
  async judgeTyped(typed: Typed & { readonly value: string }): Promise<Result[]> {
    if (EVL_MODE === 'offline') return [];
    const { kind, value } = typed;
    if (kind === 'sha256') {
      const found = await lookUpAndJudge(this.#service, { sha256: value }, this.#judge, sha256);
      return found.map(({ report, ...more }) => ({
        ...more,
        name: value,
        sha256: value,
        report: ofTypedDigest(report),
      }));
    }
    try {
      return await this.#judgeListed(kind === 'number' ? { number: value } : { tx: value }, typed);
    } catch (error) {
      return [{ name: value, report: failedLookUp(error) }];
    }
  }

  async #judgeListed(query: Readonly<Record<string, string>>, { kind, value }: Typed & { readonly value: string }) {
    const results: Result[] = [];
    for await (const { id } of findEvidence(this.#service!, query)) {
      const document = receiptDocument(await fetchReceipt(this.#service!, id));
      const { record } = document.parsed;
      const header = 'value' in record ? record.value.header : undefined;
      const isOther = header?.id !== id || (kind === 'number' && header.number !== value);
      results.push(
        isOther
          ? { name: value, report: lookUpReport('receipt-not-asked-for', 'INDETERMINATE', 'record') }
          : { name: header.number, ...(await this.#judgeReceipt(document, undefined)) },
      );
    }
    return results.length > 0
      ? results
      : [{ name: value, report: lookUpReport('no-such-record', 'NOT_FOUND', 'record') }];
  }
}

async function chooseTrust(
  service: Service | undefined,
  given: Trust | ProtocolError | undefined,
): Promise<TrustChoice> {
  if (given instanceof ProtocolError) return { problem: 'trust-unreadable' };
  if (given !== undefined) return { trust: { source: 'file', value: given } };
  if (EVL_MODE === 'offline' || service === undefined) return { problem: 'trust-required' };
  try {
    return { trust: { source: 'server', value: parseTrust(await fetchTrust(service)) } };
  } catch (error) {
    failedLookUp(error);
    return { problem: 'trust-unavailable' };
  }
}

/** What the service did wrong, as a report. Throws what is a bug of ours. */
function failedLookUp(error: unknown): Report {
  if (error instanceof ServiceUnreachable) return lookUpReport('service-unreachable', 'INDETERMINATE', 'record');
  if (error instanceof ServiceProblem) return lookUpReport('service-refused', 'INDETERMINATE', 'record');
  if (error instanceof ProtocolError) return unreadableReport(error.code, 'record');
  throw error;
}

function sha256Of(file: ComparedFile): string | undefined {
  return file !== undefined && 'sha256' in file ? file.sha256 : undefined;
}
