import { LedgerError } from '../text/ledger-error.ts';
import { nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { type Service, ServiceUnreachable } from '../client/http.ts';
import { LogClient } from '../client/log.ts';
import { type Upgrade, upgradeReceipt } from './receipt-upgrade.ts';
import { withRetry } from '../client/retry.ts';
import { fetchReceipt } from '../client/service.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import { stepSentence } from '../text/step-codes.ts';
import { memoized, cachingVerifier } from './memoized.ts';
import { type PathBytes, pathText } from '../adapters/files/path-bytes.ts';
import { parseErrorText } from '../text/error-text.ts';
import { keepContradiction, readReceiptFile, writeReceiptFile } from '../cli/tasks/receipt-file.ts';
import { serviceFailure } from '../cli/shell/service-failure.ts';
import type { TrustChoice } from './trust-source.ts';
import { originOf } from './judge.ts';

const OUTAGE_MS = 10_000;

/**
 * What became of a receipt file. Where it failed, the file is as it was; after a contradiction the
 * newer receipt lies beside it.
 */
export type UpgradedFile =
  { readonly state: 'anchored' | 'pending' } | { readonly state: 'failed'; readonly failure: LedgerError };

/**
 * Puts anchors into receipt files. Many may be upgraded at once; what they have in common is
 * fetched and verified once.
 */
export class Upgrader {
  readonly #service: Service;
  readonly #chooseTrust: (origin: string | undefined) => Promise<TrustChoice>;
  readonly #log: LogClient;
  readonly #trust = new Map<string | undefined, Promise<TrustChoice>>();
  readonly #verifySignature = cachingVerifier();
  #gone: ServiceUnreachable | undefined;

  constructor(service: Service, trustFor: (origin: string | undefined) => Promise<TrustChoice>) {
    this.#service = service;
    this.#chooseTrust = trustFor;
    this.#log = new LogClient(service, nodeTreeHasher);
  }

  /** Set once the service could not be reached: the files that come then are not tried. */
  get gone(): ServiceUnreachable | undefined {
    return this.#gone;
  }

  /**
   * Fetches the newest receipt of the record and puts into the file what it has more: the anchor,
   * proofs, endorsements, cosignatures.
   */
  async upgrade(path: PathBytes): Promise<UpgradedFile> {
    const file = pathText(path).text;
    try {
      const { json, parsed } = await readReceiptFile(path);
      if (this.#gone !== undefined) throw this.#gone;
      const choice = await memoized(this.#trust, originOf(parsed), async () => this.#chooseTrust(originOf(parsed)));
      if ('problem' in choice) throw undecided(file, choice.problem);
      const newer = await withRetry({ giveUpAfterMs: OUTAGE_MS }, async () =>
        fetchReceipt(this.#service, recordId(parsed, file)),
      );
      const { value } = choice.trust;
      const upgrade = await upgradeReceipt(json, newer, value, this.#log, nodeTreeHasher, this.#verifySignature);
      return await apply(path, newer, upgrade);
    } catch (error) {
      if (error instanceof ServiceUnreachable) this.#gone = error;
      const failed =
        error instanceof ProtocolError
          ? new LedgerError('receipt-unreadable', { file, reason: parseErrorText(error) })
          : serviceFailure(error);
      if (failed instanceof LedgerError) return { state: 'failed', failure: failed };
      throw failed;
    }
  }
}

async function apply(path: PathBytes, newer: Json, upgrade: Upgrade): Promise<UpgradedFile> {
  const file = pathText(path).text;
  if (upgrade.outcome === 'undecided') throw undecided(file, upgrade.code);
  if (upgrade.outcome === 'contradiction') {
    const other = await keepContradiction(path, newer);
    const reason = stepSentence('', upgrade.code);
    throw new LedgerError('contradiction', { file, reason, other, relayed: upgrade.code });
  }
  if (upgrade.outcome === 'upgraded') await writeReceiptFile(path, upgrade.receipt);
  return { state: upgrade.outcome === 'pending' ? 'pending' : 'anchored' };
}

function undecided(file: string, code: string): LedgerError {
  const reason = stepSentence('', code);
  return new LedgerError('upgrade-undecided', { file, reason, relayed: code });
}

function recordId(parsed: ParsedReceipt, file: string): string {
  if ('value' in parsed.record) return parsed.record.value.header.id;
  throw new LedgerError('receipt-unreadable', { file, reason: parseErrorText(parsed.record.error) });
}
