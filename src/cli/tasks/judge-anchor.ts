import { HASHES } from '../../compose/hashes.ts';
import type { StepName } from '../../protocol/verify/report.ts';
import type { Trust } from '../../protocol/trust.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { MESSAGES } from '../../text/messages.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import { STEP_LABELS } from '../../text/steps.ts';
import { Judge } from '../../verifier/judge.ts';
import type { AskNodes } from '../../verifier/nodes.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';

/** Why the anchor of a receipt is not called final: a step that fails, or could not be judged. */
export interface AnchorProblem {
  readonly status: 'fail' | 'unknown';
  readonly code: string;
  readonly reason: Message;
}

/** Judges the anchor of a receipt; undefined: it is confirmed, and final. */
export type JudgeAnchor = (receipt: ReceiptDocument) => Promise<AnchorProblem | undefined>;

/** What has to pass before the anchor in a receipt is called final. */
const NEEDED: readonly StepName[] = ['inclusion', 'log-signature', 'chain-identity', 'anchor', 'finality'];

/** Judges anchors by a trust file, its pinned blocks, and the nodes that may be asked. */
export function anchorJudge(trustOf: () => Promise<Trust>, askNodes: AskNodes): JudgeAnchor {
  const judge = new Judge({
    trustFor: async () => ({ trust: { source: 'remembered', value: await trustOf() } }),
    askNodes,
    log: undefined,
    sha256: HASHES.sha256,
    nowMs: Date.now,
  });
  return async ({ parsed }) => {
    const { steps } = (await judge.judge(parsed, undefined)).report;
    const failed = steps.find(({ status }) => status === 'fail');
    const step = failed ?? steps.find(({ step: name, status }) => NEEDED.includes(name) && status !== 'pass');
    if (step === undefined) return undefined;
    const sentence = stepSentence(step.step, step.code);
    const reason = bilingual(MESSAGES.stepFails, { step: STEP_LABELS[step.step], sentence });
    return { status: failed === undefined ? 'unknown' : 'fail', code: step.code, reason };
  };
}
