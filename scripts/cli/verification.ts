import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { askNode } from '../../src/client/chain-rpc.ts';
import { type Service, ServiceProblem, ServiceUnreachable } from '../../src/client/http.ts';
import { LogClient } from '../../src/client/log.ts';
import type { ChainSource } from '../../src/protocol/chain/rpc.ts';
import type { ParsedReceipt } from '../../src/protocol/receipt.ts';
import type { Trust } from '../../src/protocol/trust.ts';
import type { PinConsistency } from '../../src/protocol/verify/log-steps.ts';
import type { FileFacts } from '../../src/protocol/verify/record-steps.ts';
import {
  type Finding,
  NOT_ASKED,
  type Report,
  type Step,
  STEP_NAMES,
  type StepName,
  unknown,
} from '../../src/protocol/verify/report.ts';
import { verdictOf } from '../../src/protocol/verify/verdict.ts';
import { questionsFor, verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import { chooseTrust, type TrustSettings } from './trust-source.ts';

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
}

/** The file to compare: its digests, or the code of why there are none. */
export type FileAtHand = FileFacts | { readonly problem: 'file-changed' } | undefined;

/** Gathers what the verifier needs (trust, answers of chain nodes, proofs to pinned checkpoints) and lets it judge. */
export async function judgeReceipt(
  receipt: ParsedReceipt,
  file: FileAtHand,
  settings: VerificationSettings,
): Promise<Judged> {
  const choice = await chooseTrust(settings.trust, originOf(receipt));
  const facts = file !== undefined && 'problem' in file ? undefined : file;
  const trust = 'trust' in choice ? choice.trust : undefined;
  const report = verifyReceipt({
    receipt,
    hash: nodeSha256,
    ...(facts !== undefined && { file: facts }),
    ...(trust !== undefined && {
      trust,
      chain: settings.isOffline ? [] : await askNodes(receipt, trust.value, settings.rpcUrls),
      pins: await pinConsistency(receipt, trust.value, settings.trust.service),
    }),
  });
  const explained = withFindings(report, (step) =>
    'problem' in choice && step.code === 'no-trust' ? unknown(choice.problem) : undefined,
  );
  return {
    report: file !== undefined && 'problem' in file ? withoutFile(explained, file.problem) : explained,
    ...('remembered' in choice && { remembered: choice.remembered }),
  };
}

/** The file could not be compared: then only a contradiction within the receipt is left to say, not even that it is pending. */
function withoutFile(report: Report, problem: string): Report {
  const compared = withFindings(report, ({ step }) => (step === 'file-digest' ? unknown(problem) : undefined));
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
  const findings = {
    'record-root': unknown(code),
    inclusion: notJudged,
    'log-signature': notJudged,
    anchor: notJudged,
  };
  return bareReport(scope === 'file' ? { ...findings, 'file-digest': notJudged } : findings, scope, 'INDETERMINATE');
}

function bareReport(
  findings: Partial<Record<StepName, Finding>>,
  scope: Report['scope'],
  verdict: Report['verdict'],
): Report {
  const steps = STEP_NAMES.map((step): Step => ({ step, ...(findings[step] ?? NOT_ASKED) }));
  return { verdict, scope, independence: 'none', trust: null, object: null, steps };
}

/** The trust file's log is named by the record, or where that cannot be read by the checkpoint. */
export function originOf(receipt: ParsedReceipt): string | undefined {
  if ('value' in receipt.record) return receipt.record.value.header.origin;
  return 'value' in receipt.proof ? receipt.proof.value.checkpoint.origin : undefined;
}

async function askNodes(
  receipt: ParsedReceipt,
  trust: Trust,
  rpcUrls: readonly string[] | undefined,
): Promise<ChainSource[]> {
  const questions = questionsFor(receipt, trust);
  if (questions.length === 0) return [];
  return Promise.all((rpcUrls ?? trust.chain.rpcUrls).map((url) => askNode(url, questions)));
}

/** No new pin is begun after it. */
const PINS_MS = 20_000;

/** A pin that cannot be connected is left out: the verifier then says so. */
async function pinConsistency(
  receipt: ParsedReceipt,
  trust: Trust,
  service: Service | undefined,
): Promise<PinConsistency[]> {
  if (service === undefined || !('value' in receipt.proof)) return [];
  const { size } = receipt.proof.value.checkpoint;
  const log = new LogClient(service, nodeTreeHasher);
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

function withFindings(report: Report, find: (step: Step) => Finding | undefined): Report {
  const steps = report.steps.map((step): Step => {
    const finding = find(step);
    return finding === undefined ? step : { step: step.step, ...finding };
  });
  return { ...report, steps, verdict: verdictOf(steps) };
}
