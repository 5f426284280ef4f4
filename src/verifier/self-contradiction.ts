import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import { verifyReceipt } from '../protocol/verify/verifier.ts';
import { bilingual, type Message } from '../text/message.ts';
import { MESSAGES } from '../text/messages.ts';
import { stepSentence } from '../text/step-sentence.ts';
import { STEP_LABELS } from '../text/steps.ts';

/**
 * The first step that a receipt fails by itself, or together with the file; undefined where it
 * passes all those that need neither trust file nor chain.
 */
export function selfContradiction(
  sha256: Sha256,
  receipt: ParsedReceipt,
  file: FileFacts | undefined,
): Message | undefined {
  const { steps } = verifyReceipt({ receipt, hash: sha256, file });
  const own = file === undefined ? ['record-root', 'inclusion'] : ['file-digest', 'record-root', 'inclusion'];
  const step = steps.find(({ step: name, status }) => own.includes(name) && status !== 'pass');
  if (step === undefined) return undefined;
  return bilingual(MESSAGES.stepFails, { step: STEP_LABELS[step.step], sentence: stepSentence(step.step, step.code) });
}
