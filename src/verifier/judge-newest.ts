import { fetchReceipt } from '../client/evidence.ts';
import type { Service } from '../client/http.ts';
import { LogClient } from '../client/log.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Report } from '../protocol/verify/report.ts';
import type { ComparedFile, Judge, Judgement } from './judge.ts';
import type { Hashes } from './ports.ts';
import { type ReceiptDocument, receiptDocument, recordIdOf } from './receipt-document.ts';

/** A judgement of a receipt, or of its newest form where the chain has outgrown it. */
export interface NewestJudgement extends Judgement {
  /** Undefined where the receipt was judged as it is. */
  readonly newest?: NewestForm | undefined;
}

/** What became of asking the service for the newest form of an outgrown receipt. */
export type NewestForm =
  /** It extends the given receipt, and the report is about it. */
  | { readonly outcome: 'judged'; readonly service: string }
  /** It could not be had or not be used; the report is about the given receipt. */
  | { readonly outcome: 'failed'; readonly service: string; readonly code: string };

/**
 * Judges receipts as their holders would want them judged: one that lacks an anchor which the chain
 * has is completed first, by the service, in memory. The newest form is used only if it is of the
 * same record at the same index and its tree extends that of the given receipt, or the other way
 * round; what the service answers otherwise changes no verdict.
 */
export class NewestJudge {
  readonly #judge: Judge;
  readonly #service: Service | undefined;
  readonly #hashes: Hashes;
  readonly #log: LogClient | undefined;
  #isUnreachable = false;

  /** `service`: the configured one, never an address in a receipt; undefined: nothing is asked. */
  constructor(judge: Judge, service: Service | undefined, hashes: Hashes) {
    this.#judge = judge;
    this.#service = service;
    this.#hashes = hashes;
    this.#log = service && new LogClient(service, hashes.tree);
  }

  /** Never rejects for what a receipt, a service or a node does wrong. */
  async judge(receipt: ReceiptDocument, file: ComparedFile): Promise<NewestJudgement> {
    const given = await this.#judge.judge(receipt.parsed, file);
    if (this.#service === undefined || !isOutgrown(given.report)) return given;
    const { url } = this.#service;
    const completed = this.#isUnreachable ? 'service-unreachable' : await this.#complete(receipt);
    if (typeof completed === 'string') {
      return { ...given, newest: { outcome: 'failed', service: url, code: completed } };
    }
    return {
      ...(await this.#judge.judge(completed.parsed, file)),
      newest: { outcome: 'judged', service: url },
    };
  }

  /** The completed receipt, or the code of why there is none. */
  async #complete(receipt: ReceiptDocument): Promise<ReceiptDocument | string> {
    const id = recordIdOf(receipt);
    if (id === undefined) return 'shape-wrong';
    try {
      const newer = await fetchReceipt(this.#service!, id);
      const upgrade = await this.#judge.upgrade(receipt, newer, this.#log!, this.#hashes.tree);
      if (upgrade.outcome === 'upgraded') return receiptDocument(upgrade.receipt);
      return 'code' in upgrade ? upgrade.code : 'not-upgraded';
    } catch (error) {
      if (error instanceof ServiceUnreachable) {
        this.#isUnreachable = true;
        return 'service-unreachable';
      }
      if (error instanceof ServiceProblem) return 'service-refused';
      if (error instanceof ProtocolError) return error.code;
      throw error;
    }
  }
}

/** Whether the chain has an anchor that the receipt lacks. */
function isOutgrown({ steps }: Report): boolean {
  return steps.some(({ step, code }) => step === 'anchor' && code === 'not-upgraded');
}
