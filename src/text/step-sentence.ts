import type { Message } from './message.ts';
import { STEP_CODES } from './step-codes.ts';
import { PASS_SENTENCES } from './steps.ts';

/** The sentence of a step; the bare code where this table does not have it. */
export function stepSentence(step: string, code: string): Message {
  const table: Readonly<Record<string, Message>> = STEP_CODES;
  const passes: Readonly<Record<string, Message>> = PASS_SENTENCES;
  if (code === 'ok') return passes[step] ?? { zh: '通过', en: 'it passes' };
  return table[`${step}/${code}`] ?? table[code] ?? { zh: code, en: code };
}
