import { nodeSha256 } from '../adapters/node-crypto/node-hashes.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import { verifyReceipt } from '../protocol/verify/verifier.ts';
import { MESSAGES } from '../text/messages.ts';
import { stepSentence } from '../text/step-codes.ts';
import { STEP_LABELS } from '../text/steps.ts';
import { bilingual, type Message } from '../text/message.ts';

/**
 * What does not hold in a receipt itself, or between it and the file: the first such step of those
 * that need neither trust nor chain.
 */
export function selfContradiction(receipt: ParsedReceipt, file?: FileFacts): Message | undefined {
  const { steps } = verifyReceipt({ receipt, hash: nodeSha256, ...(file !== undefined && { file }) });
  const own = file === undefined ? ['record-root', 'inclusion'] : ['file-digest', 'record-root', 'inclusion'];
  const step = steps.find(({ step: name, status }) => own.includes(name) && status !== 'pass');
  if (step === undefined) return undefined;
  return bilingual(MESSAGES.stepFails, { step: STEP_LABELS[step.step], sentence: stepSentence(step.step, step.code) });
}
