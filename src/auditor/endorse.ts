import type { HistoricAnchor } from '../audit/anchor.ts';
import { assert } from '../protocol/encoding/errors.ts';
import type { Trust } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { AuditResult } from './audit-log.ts';
import type { AuditListener } from './events.ts';
import type { Endorser, OpenEndorser } from './ports.ts';

/** What became of an endorsement. */
export type Endorsement =
  /** The audit did not find everything in order by a trust file of the auditor. */
  | { readonly state: 'refused' }
  /** No final anchor exists yet. */
  | { readonly state: 'nothing-anchored' }
  /** The account had endorsed this size, or a larger one, before. */
  | { readonly state: 'before'; readonly endorser: string; readonly size: bigint; readonly isFinal: boolean }
  | FinalEndorsement;

interface FinalEndorsement {
  readonly state: 'final';
  readonly endorser: string;
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly blockNumber: bigint;
  readonly blockHash: string;
  readonly txHash: string;
}

/** More than finality takes on a proof-of-stake chain, with a margin for one bad period. */
const TIMEOUT_MS = 30 * 60_000;

/**
 * Endorses on the chain the newest final anchor that the audited checkpoint covers. Sends nothing
 * unless the audit found everything in order by a trust file of the auditor's own: an endorsement
 * states that somebody other than the operator has examined the log.
 *
 * @param result The result of `auditLog`.
 * @param rpcUrls Chain nodes that the auditor named, of which the first that answers is used.
 * @param open Opens the auditor's account through one node.
 * @param onEvent Called with `endorsing` before the transaction is sent.
 * @throws `LedgerError` where no node answers or the chain rejects the transaction, and
 *   `endorsement-not-final` if it is not final within half an hour.
 */
export async function endorseAudited(
  { outcome, trust, signed, history }: AuditResult,
  rpcUrls: readonly string[],
  open: OpenEndorser,
  onEvent: AuditListener = () => {},
): Promise<Endorsement> {
  if (outcome !== 'ok' || trust?.source !== 'file' || signed === undefined) return { state: 'refused' };
  const anchor = history?.anchors.findLast(({ size }) => size <= signed.checkpoint.size);
  if (anchor === undefined) return { state: 'nothing-anchored' };
  const urls = [...new Set(rpcUrls)];
  const { endorser, endorsed } = await openFirst(urls, trust.value, anchor.logId, open);
  try {
    if (endorsed.size >= anchor.size) return { state: 'before', endorser: endorser.account, ...endorsed };
    return await endorse(endorser, anchor, onEvent);
  } finally {
    endorser.close();
  }
}

async function endorse(
  endorser: Endorser,
  { size, root }: HistoricAnchor,
  onEvent: AuditListener,
): Promise<FinalEndorsement> {
  const { account } = endorser;
  const transaction = await endorser.prepare(size, root);
  const { txHash } = transaction;
  onEvent({ type: 'endorsing', account, size, txHash });
  const mined = await transaction.send(TIMEOUT_MS);
  if (mined === undefined) {
    throw new LedgerError('endorsement-not-final', { tx: txHash, minutes: TIMEOUT_MS / 60_000 });
  }
  return { state: 'final', endorser: account, size, root, ...mined, txHash };
}

/** Uses the first node that answers: another one may have become silent since the audit. */
async function openFirst(
  [url, ...others]: readonly string[],
  { chain }: Pick<Trust, 'chain'>,
  logId: string,
  open: OpenEndorser,
): Promise<{ readonly endorser: Endorser; readonly endorsed: Awaited<ReturnType<Endorser['endorsed']>> }> {
  assert(url !== undefined, 'an audit in order has read a chain node');
  const endorser = open(url, chain, logId);
  try {
    return { endorser, endorsed: await endorser.endorsed() };
  } catch (error) {
    endorser.close();
    // safe to try the next node: nothing was sent
    if (others.length === 0) throw error;
    return openFirst(others, { chain }, logId, open);
  }
}
