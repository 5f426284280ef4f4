import { nodeSha256 } from '../adapters/node-crypto/node-hashes.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import { verifyReceipt } from '../protocol/verify/verifier.ts';
import { MESSAGES } from '../text/messages.ts';
import { stepSentence } from '../text/step-codes.ts';
import { STEP_WORDS } from '../text/steps.ts';
import { filled, type Words } from '../text/words.ts';

/** What does not hold in a receipt itself, or between it and the file: the first such step of those that need neither trust nor chain. */
export function ownProblem(receipt: ParsedReceipt, file?: FileFacts): Words | undefined {
  const { steps } = verifyReceipt({ receipt, hash: nodeSha256, ...(file !== undefined && { file }) });
  const own = file === undefined ? ['record-root', 'inclusion'] : ['file-digest', 'record-root', 'inclusion'];
  const step = steps.find(({ step: name, status }) => own.includes(name) && status !== 'pass');
  if (step === undefined) return undefined;
  return filled(MESSAGES.stepFails, { step: STEP_WORDS[step.step], sentence: stepSentence(step.step, step.code) });
}
