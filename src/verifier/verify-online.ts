import type { ChainSource } from '../protocol/chain/rpc.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { Trust } from '../protocol/trust.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import type { Report, TrustSource } from '../protocol/verify/report.ts';
import { questionsFor, verifyReceipt } from '../protocol/verify/verifier.ts';
import { askNode } from '../client/chain-rpc.ts';

export interface OnlineVerification {
  readonly receipt: ParsedReceipt;
  /** Where the trust file came from is part of the report. */
  readonly trust: { readonly source: TrustSource; readonly value: Trust };
  /** Undefined where only the record is asked about. */
  readonly file?: FileFacts;
  /** Chain nodes; undefined: those that the trust file hints at. Empty: nobody is asked. */
  readonly rpcUrls?: readonly string[];
}

/**
 * Asks the chain what the receipt and the trust file call for, and judges. The service is not
 * asked.
 */
export async function verifyOnline({ receipt, trust, file, rpcUrls }: OnlineVerification): Promise<Report> {
  const questions = questionsFor(receipt, trust.value);
  const urls = questions.length === 0 ? [] : (rpcUrls ?? trust.value.chain.rpcUrls);
  const chain: ChainSource[] = await Promise.all(urls.map((url) => askNode(url, questions)));
  return verifyReceipt({ receipt, trust, chain, nowMs: Date.now(), ...(file !== undefined && { file }) });
}
