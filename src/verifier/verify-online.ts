import { sha256 } from '../protocol/encoding/hash.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { Trust } from '../protocol/trust.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import type { Report, TrustSource } from '../protocol/verify/report.ts';
import { Judge } from './judge.ts';
import { nodesByFetch } from './nodes.ts';

export interface OnlineVerification {
  readonly receipt: ParsedReceipt;
  /** The trust file, and where it came from, which is part of the report. */
  readonly trust: { readonly source: TrustSource; readonly value: Trust };
  /** Digests of the file; undefined where only the record is judged. */
  readonly file?: FileFacts | undefined;
  /** Chain nodes; undefined: those that the trust file hints at. Empty: no node is asked. */
  readonly rpcUrls?: readonly string[] | undefined;
  /** Addresses of the operator: nodes on their hosts count as the operator's. */
  readonly operatorUrls?: readonly string[] | undefined;
}

/**
 * Verifies one receipt: asks the chain nodes what the receipt and the trust file call for, and
 * judges. The operator's service is not asked, so pinned checkpoints of other sizes than that of
 * the receipt stay unconnected.
 *
 * @param verification the receipt, the trust file, and what to compare and ask
 * @returns the report with its verdict; a node that fails is part of it
 * @example
 * const report = await verifyOnline({
 *   receipt: parseReceipt(await readFile('letter.txt.receipt.json')),
 *   trust: { source: 'file', value: parseTrust(await readFile('trust.json')) },
 *   file: { sha256, size },
 * });
 * console.log(report.verdict);
 */
export async function verifyOnline({
  receipt,
  trust,
  file,
  rpcUrls,
  operatorUrls = [],
}: OnlineVerification): Promise<Report> {
  const judge = new Judge({
    trustFor: () => ({ trust }),
    askNodes: nodesByFetch({ named: rpcUrls, operatorUrls: async () => operatorUrls }),
    log: undefined,
    sha256,
    nowMs: Date.now,
  });
  return (await judge.judge(receipt, file)).report;
}
