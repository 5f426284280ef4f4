import { EXIT } from '../text/exit-codes.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { accountOf } from '../adapters/ethereum/operator.ts';
import { EthereumEndorser } from '../adapters/ethereum/endorser.ts';
import { readChainKey } from '../adapters/keys/chain-key.ts';
import type { HistoricAnchor } from '../audit/node-view.ts';
import { toBase64 } from '../protocol/encoding/bytes.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import type { Trust } from '../protocol/trust.ts';
import { AUDIT } from '../text/audit.ts';
import { toLedgerError } from '../cli/shell/errors.ts';
import type { AuditResult } from './audit-log.ts';
import type { Cli } from '../cli/shell/context.ts';

/** With which account an auditor endorses, and through which nodes. */
export interface EndorsementPlan {
  readonly privateKey: string;
  readonly rpcUrls: readonly string[] | undefined;
  /** In wei for a unit of gas; undefined: any. */
  readonly maxFeePerGas: bigint | undefined;
}

/** What `--json` says of it; null where nothing was endorsed. */
export interface EndorsementResult {
  readonly exit: number;
  readonly json: JsonObject | null;
}

/**
 * More than a chain of proof of stake takes to make a block final, with room for one bad stretch.
 */
const TIMEOUT_MS = 30 * 60_000;

/** The key, before anything is audited: whoever cannot endorse learns it at once. */
export function readEndorserKey(path: string): string {
  try {
    const privateKey = readChainKey(path);
    accountOf(privateKey); // 32 bytes need not be a key
    return privateKey;
  } catch (error) {
    throw toLedgerError(error);
  }
}

/**
 * Endorses the newest final anchor that the audited checkpoint covers. Nothing is sent unless the
 * audit found everything in order, by a trust file that was named: an endorsement says that
 * somebody other than the operator looked.
 */
export async function endorseAudited(
  cli: Cli,
  { outcome, trust, signed, history }: AuditResult,
  plan: EndorsementPlan,
): Promise<EndorsementResult> {
  if (outcome !== 'ok' || trust?.source !== 'file' || signed === undefined) {
    cli.output.line(cli.format(AUDIT.notEndorsed), 'warn');
    return { exit: EXIT.ok, json: null };
  }
  const anchor = history?.anchors.findLast(({ size }) => size <= signed.checkpoint.size);
  if (anchor === undefined) {
    cli.output.line(cli.format(AUDIT.nothingToEndorse), 'warn');
    return { exit: EXIT.pending, json: null };
  }
  try {
    return await endorse(cli, trust.value, anchor, plan);
  } catch (error) {
    throw endorsementFailure(error);
  }
}

async function endorse(
  cli: Cli,
  trust: Trust,
  { logId, size, root }: HistoricAnchor,
  { privateKey, rpcUrls, maxFeePerGas }: EndorsementPlan,
): Promise<EndorsementResult> {
  const { chainId, genesisHash, contract, codeHash, finality } = trust.chain;
  const identity = { chainId, genesisHash, contract, codeHash, logId };
  const { endorser, endorsed } = await firstThatAnswers(
    [...new Set(rpcUrls ?? trust.chain.rpcUrls)],
    (url) =>
      new EthereumEndorser({
        url: () => url,
        privateKey,
        identity,
        finality,
        ...(maxFeePerGas !== undefined && { maxFeePerGas }),
      }),
  );
  try {
    const { account } = endorser;
    if (endorsed.size >= size) {
      const words = endorsed.isFinal ? AUDIT.endorsedBefore : AUDIT.endorsedNotFinal;
      cli.output.line(cli.format(words, { account, size: endorsed.size }), endorsed.isFinal ? 'good' : 'warn');
      const { isFinal } = endorsed;
      const json = { state: 'before', endorser: account, size: endorsed.size.toString(), isFinal };
      return { exit: isFinal ? EXIT.ok : EXIT.pending, json };
    }
    const transaction = await endorser.prepare(size, root);
    const { txHash } = transaction;
    cli.output.notice(cli.format(AUDIT.endorsing, { account, size, tx: txHash }));
    const mined = await endorser.send(transaction, TIMEOUT_MS);
    if (mined === undefined) {
      throw new LedgerError('endorsement-not-final', { tx: txHash, minutes: TIMEOUT_MS / 60_000 });
    }
    const { blockNumber: block, blockHash } = mined;
    cli.output.line(cli.format(AUDIT.endorsed, { account, size, block, tx: txHash }), 'good');
    const place = { blockNumber: block.toString(), blockHash, txHash };
    const json = { state: 'final', endorser: account, size: size.toString(), root: toBase64(root), ...place };
    return { exit: EXIT.ok, json };
  } finally {
    endorser.close();
  }
}

/**
 * The audit heard as many nodes as the trust file demands; another one that is named may be silent.
 */
async function firstThatAnswers(urls: readonly string[], open: (url: string) => EthereumEndorser) {
  for (const [i, url] of urls.entries()) {
    const endorser = open(url);
    try {
      return { endorser, endorsed: await endorser.endorsed() };
    } catch (error) {
      endorser.close();
      if (i === urls.length - 1) throw error;
    }
  }
  throw new LedgerError('chain-unreachable', { detail: 'no chain node was named' });
}

/**
 * What the chain did not take is no fault of this program: the log was audited and found in order,
 * and is not endorsed.
 */
function endorsementFailure(error: unknown): unknown {
  const failed = toLedgerError(error);
  if (!(failed instanceof LedgerError && error instanceof LedgerError)) return failed;
  return failed.exitingWith(EXIT.indeterminate);
}
