import { LedgerError } from '../text/ledger-error.ts';
import type { AnchorInclusion, AnchorJob, TransactionState } from './model.ts';
import type { AnchorChain, Clock } from './ports.ts';

const REMEMBERED = 256;
/** A chain that did not answer is not asked again for this time, so that receipts do not wait. */
const SILENT_FOR_MS = 60_000;

/**
 * Compares final anchors that were stored without a proof with the chain. A row of the index that
 * somebody changed could otherwise name any block: clients would find no such anchor there, and
 * accuse the receipt.
 */
export class ConfirmedAnchors {
  readonly #chain: Pick<AnchorChain, 'state'>;
  readonly #clock: Clock;
  readonly #confirmed = new Set<string>();
  #silentFromMs: number | undefined;

  constructor(chain: Pick<AnchorChain, 'state'>, clock: Clock) {
    this.#chain = chain;
    this.#clock = clock;
  }

  /**
   * False where the chain has the transaction in another place, or it has failed. True where the
   * place is the stated one, and where the chain does not answer: a receipt proves nothing by the
   * place alone, its verifier asks the chain too, and a chain that is down must not keep anchored
   * receipts from being read.
   */
  async isConfirmed({ txHash, rawTransaction, nonce, inclusion }: AnchorJob): Promise<boolean> {
    const key = [txHash, ...placeOf(inclusion!)].join();
    if (this.#confirmed.has(key)) return true;
    const found = await this.#ask({ txHash, rawTransaction, nonce });
    if (found === undefined || found.state === 'unknown' || found.state === 'undecided') return true;
    if (!('inclusion' in found) || placeOf(found.inclusion).join() !== placeOf(inclusion!).join()) return false;
    this.#confirmed.add(key);
    if (this.#confirmed.size > REMEMBERED) this.#confirmed.delete(this.#confirmed.values().next().value!);
    return true;
  }

  /** Undefined where the chain does not answer. */
  async #ask(
    transaction: Pick<AnchorJob, 'txHash' | 'rawTransaction' | 'nonce'>,
  ): Promise<TransactionState | undefined> {
    const nowMs = this.#clock();
    const silentMs = this.#silentFromMs === undefined ? SILENT_FOR_MS : nowMs - this.#silentFromMs;
    if (silentMs >= 0 && silentMs < SILENT_FOR_MS) return undefined;
    try {
      const found = await this.#chain.state(transaction);
      this.#silentFromMs = undefined;
      return found;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#silentFromMs = nowMs;
      return undefined;
    }
  }
}

function placeOf({ blockNumber, blockHash, transactionIndex, logPosition, anchorIndex }: AnchorInclusion) {
  return [blockNumber, blockHash, transactionIndex, logPosition, anchorIndex];
}
