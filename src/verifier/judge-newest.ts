import { fetchReceipt } from '../client/evidence.ts';
import type { Service } from '../client/http.ts';
import { LogClient } from '../client/log.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Report, StepName } from '../protocol/verify/report.ts';
import type { ComparedFile, Judge, Judgement } from './judge.ts';
import { type Lacking, LaterTrees } from './later-trees.ts';
import type { Hashes } from './ports.ts';
import { type ReceiptDocument, receiptDocument, recordIdOf } from './receipt-document.ts';
import { upgradeReceipt } from './upgrade.ts';

/** A judgement of a receipt, or of what it becomes where the log has outgrown it. */
export interface NewestJudgement extends Judgement {
  /** Undefined where the receipt was judged as it is. */
  readonly newest?: NewestForm | undefined;
}

/** What became of completing an outgrown receipt. */
export type NewestForm =
  /** Its tree is proven, by tiles, to be part of one that has what the receipt lacks. */
  | { readonly outcome: 'extended'; readonly service: string; readonly size: string }
  /** The service's newest form extends it, and the report is about that form. */
  | { readonly outcome: 'judged'; readonly service: string }
  /** Neither could be had or used; the report is about the given receipt. */
  | { readonly outcome: 'failed'; readonly service: string; readonly code: string };

/**
 * Judges receipts as their holders would want them judged: one that lacks an anchor which the chain
 * has, or whose checkpoint meets an earlier witness policy only, is completed first, in memory:
 *
 * 1. by a later checkpoint that is anchored, or meets the policy, and a consistency proof to it
 *    from the tiles of the log, which names no record;
 * 2. by the newest form of the receipt, for which the service is asked by the record's id.
 *
 * The newest form is used only if it is of the same record at the same index and its tree extends
 * that of the given receipt, or the other way round. What the service answers otherwise changes no
 * verdict.
 */
export class NewestJudge {
  readonly #judge: Judge;
  readonly #service: Service | undefined;
  readonly #hashes: Hashes;
  readonly #log: LogClient | undefined;
  readonly #laterTrees: LaterTrees | undefined;
  #isUnreachable = false;

  /** `service`: the configured one, never an address in a receipt; undefined: nothing is asked. */
  constructor(judge: Judge, service: Service | undefined, hashes: Hashes) {
    this.#judge = judge;
    this.#service = service;
    this.#hashes = hashes;
    this.#log = service && new LogClient(service, hashes.tree);
    this.#laterTrees = service && new LaterTrees(service, this.#log!);
  }

  /** Never rejects for what a receipt, a service or a node does wrong. */
  async judge(receipt: ReceiptDocument, file: ComparedFile): Promise<NewestJudgement> {
    const given = await this.#judge.judge(receipt.parsed, file);
    if (this.#service === undefined || !isLacking(given.report)) return given;
    const { url } = this.#service;
    const extended = await this.#orCode(() => this.#extend(receipt, file, lackingOf(given.report)));
    const isCompleted = typeof extended === 'object' && !isLacking(extended.report);
    if (isCompleted && extended.report.verdict !== 'INDETERMINATE') return extended;
    const completed = await this.#orCode(() => this.#complete(receipt));
    if (typeof completed === 'string') {
      if (isCompleted) return extended;
      return { ...given, newest: { outcome: 'failed', service: url, code: completed } };
    }
    return {
      ...(await this.#judge.judge(completed.parsed, file)),
      newest: { outcome: 'judged', service: url },
    };
  }

  /**
   * The judgement by later trees. One that contradicts the receipt rests on what the service stated
   * about the anchor and accuses nobody.
   */
  async #extend(receipt: ReceiptDocument, file: ComparedFile, lacking: Lacking): Promise<NewestJudgement | string> {
    const { proof } = receipt.parsed;
    const choice = await this.#judge.choiceFor(receipt.parsed);
    if (!('value' in proof) || 'problem' in choice) return 'not-upgraded';
    const later = await this.#laterTrees!.of(proof.value.checkpoint.size, choice.trust.value, lacking);
    if (later.length === 0) return 'not-upgraded';
    const judgement = await this.#judge.judge(receipt.parsed, file, later);
    if (judgement.report.verdict === 'INCONSISTENT') return 'not-upgraded';
    const size = later.reduce((most, tree) => (tree.size > most ? tree.size : most), 0n).toString();
    return { ...judgement, newest: { outcome: 'extended', service: this.#service!.url, size } };
  }

  /** The completed receipt, or the code of why there is none. */
  async #complete(receipt: ReceiptDocument): Promise<ReceiptDocument | string> {
    const id = recordIdOf(receipt);
    if (id === undefined) return 'shape-wrong';
    const newer = await fetchReceipt(this.#service!, id);
    const choice = await this.#judge.choiceFor(receipt.parsed);
    if ('problem' in choice) return choice.problem;
    const { tree } = this.#hashes;
    const { verifySignature } = this.#judge;
    const upgrade = await upgradeReceipt(receipt.json, newer, choice.trust, this.#log!, tree, verifySignature);
    if (upgrade.outcome === 'upgraded') return receiptDocument(upgrade.receipt);
    return 'code' in upgrade ? upgrade.code : 'not-upgraded';
  }

  /** A service that was unreachable once is not asked again. */
  async #orCode<T>(ask: () => Promise<T | string>): Promise<T | string> {
    if (this.#isUnreachable) return 'service-unreachable';
    try {
      return await ask();
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

function lackingOf({ steps }: Report): Lacking {
  const hasCode = (name: StepName, wanted: string) => steps.some(({ step, code }) => step === name && code === wanted);
  return {
    anchor: hasCode('anchor', 'not-upgraded'),
    cosignatures: hasCode('witness-policy', 'policy-outdated'),
  };
}

/** Whether the log has outgrown the receipt. */
function isLacking(report: Report): boolean {
  const { anchor, cosignatures } = lackingOf(report);
  return anchor || cosignatures;
}
