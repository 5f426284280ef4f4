import type { LogClient } from '../client/log.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { VerifySignature } from '../protocol/note/vkey.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { Trust } from '../protocol/trust.ts';
import type { LaterTree } from '../protocol/verify/later-tree.ts';
import type { PinConsistency } from '../protocol/verify/log-steps.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import { type Report, unknown } from '../protocol/verify/report.ts';
import { questionsFor, verifyReceipt } from '../protocol/verify/verifier.ts';
import type { TrustChoice } from './choose-trust.ts';
import { cachingVerifier, memoize } from './memoize.ts';
import type { AskNodes } from './nodes.ts';
import { fetchPinProofs } from './pins.ts';
import { withResults, withoutFile } from './reports.ts';

/** Where a judge gets what a verdict rests on. */
export interface JudgeSources {
  /**
   * Chooses the trust file for receipts of the log with this origin; asked once for each origin.
   */
  readonly trustFor: (origin: string | undefined) => TrustChoice | Promise<TrustChoice>;
  readonly askNodes: AskNodes;
  /** Proves how pinned checkpoints are connected; undefined: no proof is fetched. */
  readonly log: LogClient | undefined;
  readonly sha256: Sha256;
  /** Unix time in milliseconds. */
  readonly nowMs: () => number;
}

/** A verdict with its report, and what its reader has to know about the trust file it rests on. */
export interface Judgement {
  readonly report: Report;
  /** Place of the remembered trust that contradicts what the service offers, or is unreadable. */
  readonly remembered?: string | undefined;
  /**
   * The trust file that the service offers could not be remembered: the next run is offered it
   * again.
   */
  readonly isTrustForgotten?: boolean | undefined;
}

/** Why there is no digest of the file to compare. */
export type FileProblem = 'file-cancelled' | 'file-changed' | 'file-missing' | 'file-unreadable';

/** The digests of the file to compare, or the code of why there are none; undefined: no file. */
export type ComparedFile = FileFacts | { readonly problem: FileProblem } | undefined;

/**
 * Gathers what a verdict rests on (trust file, answers of chain nodes, proofs to pinned
 * checkpoints) and lets the verifier of src/protocol judge. The one judge of command line, server,
 * SDK and pages. It may be asked about many receipts at once: what they have in common is fetched
 * and computed once.
 */
export class Judge {
  readonly #sources: JudgeSources;
  readonly #trust = new Map<string | undefined, Promise<TrustChoice>>();
  readonly #pins = new Map<string, Promise<PinConsistency[]>>();
  /** Many receipts carry the same checkpoint, and its signature takes longest to verify. */
  readonly verifySignature: VerifySignature;

  constructor(sources: JudgeSources) {
    this.#sources = sources;
    this.verifySignature = cachingVerifier(sources.sha256);
  }

  /**
   * Never rejects for what a receipt, a service or a node does wrong: that is in the report.
   * `later` are trees that may extend that of the receipt.
   */
  async judge(receipt: ParsedReceipt, file: ComparedFile, later: readonly LaterTree[] = []): Promise<Judgement> {
    const choice = await this.#trustFor(originOf(receipt));
    const problem = file !== undefined && 'problem' in file ? file.problem : undefined;
    const facts = file !== undefined && !('problem' in file) ? file : undefined;
    const report = explain(await this.#verify(receipt, choice, facts, later), choice);
    return {
      report: problem === undefined ? report : withoutFile(report, problem),
      remembered: 'problem' in choice ? choice.remembered : undefined,
      isTrustForgotten: 'trust' in choice ? choice.isForgotten : undefined,
    };
  }

  /** The trust file by which this receipt is judged, or why there is none. */
  async choiceFor(receipt: ParsedReceipt): Promise<TrustChoice> {
    return this.#trustFor(originOf(receipt));
  }

  async #verify(
    receipt: ParsedReceipt,
    choice: TrustChoice,
    file: FileFacts | undefined,
    later: readonly LaterTree[],
  ): Promise<Report> {
    const { sha256, nowMs } = this.#sources;
    const gathered =
      'trust' in choice
        ? {
            trust: choice.trust,
            chain: await this.#askNodes(receipt, choice.trust.value, later),
            pins: await this.#pinsFor(receipt, choice.trust.value),
          }
        : {};
    return verifyReceipt({
      receipt,
      hash: sha256,
      verifySignature: this.verifySignature,
      nowMs: nowMs(),
      file,
      later,
      ...gathered,
    });
  }

  #trustFor(origin: string | undefined): Promise<TrustChoice> {
    return memoize(this.#trust, origin, async () => this.#sources.trustFor(origin));
  }

  async #askNodes(receipt: ParsedReceipt, trust: Trust, later: readonly LaterTree[]): ReturnType<AskNodes> {
    const questions = questionsFor(receipt, trust, later, this.#sources.sha256);
    return questions.length === 0 ? [] : this.#sources.askNodes(questions, trust);
  }

  #pinsFor({ proof }: ParsedReceipt, trust: Trust): Promise<PinConsistency[]> | PinConsistency[] {
    const { log } = this.#sources;
    if (log === undefined || !('value' in proof) || trust.pinnedCheckpoints.length === 0) return [];
    const { origin, size } = proof.value.checkpoint;
    return memoize(this.#pins, `${origin} ${size}`, async () => fetchPinProofs(size, trust, log));
  }
}

/** Names the reason why there was no trust file, where that is what the steps lack. */
function explain(report: Report, choice: TrustChoice): Report {
  if (!('problem' in choice)) return report;
  return withResults(report, ({ code }) => (code === 'no-trust' ? unknown(choice.problem) : undefined));
}

/** The log of a receipt, as its record names it, or where that cannot be parsed its checkpoint. */
export function originOf(receipt: ParsedReceipt): string | undefined {
  if ('value' in receipt.record) return receipt.record.value.header.origin;
  return 'value' in receipt.proof ? receipt.proof.value.checkpoint.origin : undefined;
}
