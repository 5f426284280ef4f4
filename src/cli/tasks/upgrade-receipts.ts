import { type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { fetchReceipt } from '../../client/evidence.ts';
import type { Service } from '../../client/http.ts';
import { LogClient } from '../../client/log.ts';
import { withRetry } from '../../client/retry.ts';
import { ServiceUnreachable } from '../../client/service-errors.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import type { ParsedReceipt } from '../../protocol/receipt.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Message } from '../../text/message.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import type { TrustChoice } from '../../verifier/choose-trust.ts';
import { originOf } from '../../verifier/judge.ts';
import { cachingVerifier, memoize } from '../../verifier/memoize.ts';
import type { Hashes } from '../../verifier/ports.ts';
import { type Upgrade, upgradeReceipt } from '../../verifier/upgrade.ts';
import { keepContradiction, readReceiptFile, receiptUnreadable, writeReceiptFile } from './receipt-file.ts';

const OUTAGE_MS = 10_000;

/**
 * The outcome for a receipt file. `final`: it has a final anchor; `registered`: it has none yet.
 * Where it failed, the file is unchanged; after a contradiction the newer receipt is next to it.
 */
export type UpgradedFile = { readonly state: 'final' | 'registered' } | FailedUpgrade;

/** A receipt file that is unchanged. */
export interface FailedUpgrade {
  readonly state: 'failed';
  readonly failure: LedgerError;
  /** Why, without the name of the file. */
  readonly reason: Message;
}

/**
 * Puts anchors into receipt files. Many may be upgraded at once; what they have in common is
 * fetched and verified once.
 */
export class Upgrader {
  readonly #service: Service;
  readonly #chooseTrust: (origin: string | undefined) => Promise<TrustChoice>;
  readonly #hashes: Hashes;
  readonly #log: LogClient;
  readonly #trust = new Map<string | undefined, Promise<TrustChoice>>();
  readonly #verifySignature;
  #outage: ServiceUnreachable | undefined;

  constructor(service: Service, trustFor: (origin: string | undefined) => Promise<TrustChoice>, hashes: Hashes) {
    this.#service = service;
    this.#chooseTrust = trustFor;
    this.#hashes = hashes;
    this.#log = new LogClient(service, hashes.tree);
    this.#verifySignature = cachingVerifier(hashes.sha256);
  }

  /** Set once the service could not be reached; no further file is tried then. */
  get outage(): ServiceUnreachable | undefined {
    return this.#outage;
  }

  /**
   * Fetches the newest receipt of the record and puts into the file what it has more: the anchor,
   * proofs, endorsements, cosignatures.
   */
  async upgrade(path: PathBytes): Promise<UpgradedFile> {
    const file = pathText(path).text;
    try {
      return await this.#upgrade(path, file);
    } catch (error) {
      if (error instanceof ServiceUnreachable) this.#outage = error;
      const failure = receiptUnreadable(file, error);
      if (failure instanceof LedgerError) return { state: 'failed', failure, reason: failure.text };
      throw failure;
    }
  }

  async #upgrade(path: PathBytes, file: string): Promise<UpgradedFile> {
    const { json, parsed } = await readReceiptFile(path);
    if (this.#outage !== undefined) throw this.#outage;
    const choice = await memoize(this.#trust, originOf(parsed), async () => this.#chooseTrust(originOf(parsed)));
    if ('problem' in choice) return undecided(file, choice.problem);
    const id = requireRecordId(parsed);
    const newer = await withRetry({ giveUpAfterMs: OUTAGE_MS }, async () => fetchReceipt(this.#service, id));
    const upgrade = await upgradeReceipt(
      json,
      newer,
      choice.trust,
      this.#log,
      this.#hashes.tree,
      this.#verifySignature,
    );
    return apply(path, newer, upgrade);
  }
}

async function apply(path: PathBytes, newer: Json, upgrade: Upgrade): Promise<UpgradedFile> {
  const file = pathText(path).text;
  if (upgrade.outcome === 'undecided') return undecided(file, upgrade.code);
  if (upgrade.outcome === 'contradiction') {
    const other = await keepContradiction(path, newer);
    const reason = stepSentence('', upgrade.code);
    throw new LedgerError('contradiction', { file, reason, other, relayed: upgrade.code });
  }
  if (upgrade.outcome === 'upgraded') await writeReceiptFile(path, upgrade.receipt);
  return { state: upgrade.outcome === 'pending' ? 'registered' : 'final' };
}

function undecided(file: string, code: string): FailedUpgrade {
  const reason = stepSentence('', code);
  return { state: 'failed', failure: new LedgerError('upgrade-undecided', { file, reason, relayed: code }), reason };
}

/** Throws the `ProtocolError` of a record that cannot be parsed. */
function requireRecordId({ record }: ParsedReceipt): string {
  if ('value' in record) return record.value.header.id;
  throw record.error;
}
