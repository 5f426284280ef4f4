import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { ChainNode } from '../client/chain-rpc.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/http.ts';
import { LogClient } from '../client/log.ts';
import type { ChainSource } from '../protocol/chain/rpc.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { Trust } from '../protocol/trust.ts';
import type { PinConsistency } from '../protocol/verify/log-steps.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import {
  type StepResult,
  NOT_ASKED,
  type Report,
  type Step,
  STEP_NAMES,
  type StepName,
  unknown,
} from '../protocol/verify/report.ts';
import { verdictOf } from '../protocol/verify/verdict.ts';
import { questionsFor, verifyReceipt } from '../protocol/verify/verifier.ts';
import { memoized, cachingVerifier } from './memoized.ts';
import { chooseTrust, type TrustChoice, type TrustSettings } from './trust-source.ts';

/** How a receipt is to be judged. */
export interface VerificationSettings {
  readonly trust: TrustSettings;
  /** Nodes to ask; undefined: those that the trust file hints at. */
  readonly rpcUrls: readonly string[] | undefined;
  readonly isOffline: boolean;
}

/** A report, and what the trust file at its base is called where it was remembered. */
export interface Judged {
  readonly report: Report;
  /** File of remembered trust that stands in the way. */
  readonly remembered?: string;
  /**
   * The trust file that the service offered could not be remembered: the next run takes whatever is
   * offered then.
   */
  readonly isTrustForgotten?: boolean;
}

/** Why there is no digest of the file to compare. */
export type FileProblem = 'file-changed' | 'file-missing' | 'file-unreadable';

/** The file to compare: its digests, or the code of why there are none. */
export type FileAtHand = FileFacts | { readonly problem: FileProblem } | undefined;

/**
 * Gathers what the verifier needs (trust, answers of chain nodes, proofs to pinned checkpoints) and
 * lets it judge. One judge may be asked about many receipts at once: what they have in common is
 * fetched and computed once.
 */
export class Judge {
  readonly #settings: VerificationSettings;
  readonly #log: LogClient | undefined;
  readonly #trust = new Map<string | undefined, Promise<TrustChoice>>();
  readonly #nodes = new Map<string, ChainNode>();
  readonly #pins = new Map<string, Promise<PinConsistency[]>>();
  /**
   * Many receipts carry the same checkpoint, and its signature takes longer to verify than all the
   * rest.
   */
  readonly #verifySignature = cachingVerifier();

  constructor(settings: VerificationSettings) {
    this.#settings = settings;
    const { service } = settings.trust;
    this.#log = service && new LogClient(service, nodeTreeHasher);
  }

  async judge(receipt: ParsedReceipt, file: FileAtHand): Promise<Judged> {
    const choice = await this.#trustFor(originOf(receipt));
    const facts = file !== undefined && 'problem' in file ? undefined : file;
    const trust = 'trust' in choice ? choice.trust : undefined;
    const report = verifyReceipt({
      receipt,
      hash: nodeSha256,
      verifySignature: this.#verifySignature,
      nowMs: Date.now(),
      ...(facts !== undefined && { file: facts }),
      ...(trust !== undefined && {
        trust,
        chain: this.#settings.isOffline ? [] : await this.#askNodes(receipt, trust.value),
        pins: await this.#pinsFor(receipt, trust.value),
      }),
    });
    const explained = withResults(report, (step) =>
      'problem' in choice && step.code === 'no-trust' ? unknown(choice.problem) : undefined,
    );
    return {
      report: file !== undefined && 'problem' in file ? withoutFile(explained, file.problem) : explained,
      ...('remembered' in choice && { remembered: choice.remembered }),
      ...('isForgotten' in choice && { isTrustForgotten: true }),
    };
  }

  #trustFor(origin: string | undefined): Promise<TrustChoice> {
    return memoized(this.#trust, origin, async () => chooseTrust(this.#settings.trust, origin));
  }

  async #askNodes(receipt: ParsedReceipt, trust: Trust): Promise<ChainSource[]> {
    const questions = questionsFor(receipt, trust);
    if (questions.length === 0) return [];
    const urls = new Set(this.#settings.rpcUrls ?? trust.chain.rpcUrls);
    return Promise.all([...urls].map((url) => memoized(this.#nodes, url, () => new ChainNode(url)).ask(questions)));
  }

  #pinsFor({ proof }: ParsedReceipt, trust: Trust): Promise<PinConsistency[]> | PinConsistency[] {
    const log = this.#log;
    if (log === undefined || !('value' in proof) || trust.pinnedCheckpoints.length === 0) return [];
    const { origin, size } = proof.value.checkpoint;
    return memoized(this.#pins, `${origin} ${size}`, async () => pinConsistency(size, trust, log));
  }
}

/**
 * The file could not be compared: then only a contradiction within the receipt is left to say, not
 * even that it is pending.
 */
function withoutFile(report: Report, problem: string): Report {
  const compared = withResults(report, ({ step }) => (step === 'file-digest' ? unknown(problem) : undefined));
  const verdict = compared.verdict === 'INCONSISTENT' ? compared.verdict : 'INDETERMINATE';
  return { ...compared, scope: 'file', verdict };
}

/** A report about a look-up that gave no receipt. */
export function lookUpReport(code: string, verdict: 'NOT_FOUND' | 'INDETERMINATE'): Report {
  return bareReport({ 'file-digest': unknown(code) }, 'file', verdict);
}

/** A report about a receipt that cannot be read: nothing of it can be judged. */
export function unreadableReport(code: string, scope: Report['scope']): Report {
  const notJudged = unknown('not-judged');
  const results = {
    'record-root': unknown(code),
    inclusion: notJudged,
    'log-signature': notJudged,
    anchor: notJudged,
  };
  return bareReport(scope === 'file' ? { ...results, 'file-digest': notJudged } : results, scope, 'INDETERMINATE');
}

function bareReport(
  results: Partial<Record<StepName, StepResult>>,
  scope: Report['scope'],
  verdict: Report['verdict'],
): Report {
  const steps = STEP_NAMES.map((step): Step => ({ step, ...(results[step] ?? NOT_ASKED) }));
  return { verdict, scope, independence: 'none', trust: null, object: null, steps };
}

/** The trust file's log is named by the record, or where that cannot be read by the checkpoint. */
export function originOf(receipt: ParsedReceipt): string | undefined {
  if ('value' in receipt.record) return receipt.record.value.header.origin;
  return 'value' in receipt.proof ? receipt.proof.value.checkpoint.origin : undefined;
}

/** No new pin is begun after it. */
const PINS_MS = 20_000;

/** A pin that cannot be connected is left out: the verifier then says so. */
async function pinConsistency(size: bigint, trust: Trust, log: LogClient): Promise<PinConsistency[]> {
  const pins: PinConsistency[] = [];
  const endMs = performance.now() + PINS_MS;
  for (const { checkpoint: pin } of trust.pinnedCheckpoints) {
    if (performance.now() > endMs) break;
    if (pin.size === size) continue;
    const [older, newer] = pin.size < size ? [pin.size, size] : [size, pin.size];
    try {
      pins.push({ size: pin.size, proof: await log.consistencyProof(older, newer) });
    } catch (error) {
      if (error instanceof ServiceUnreachable) break;
      if (!(error instanceof ServiceProblem)) throw error;
    }
  }
  return pins;
}

function withResults(report: Report, find: (step: Step) => StepResult | undefined): Report {
  const steps = report.steps.map((step): Step => {
    const result = find(step);
    return result === undefined ? step : { step: step.step, ...result };
  });
  return { ...report, steps, verdict: verdictOf(steps) };
}
