import type { Message } from './message.ts';
import { stepSentence } from './step-codes.ts';

/**
 * Why something could not be parsed, from the code and the diagnostic of a `ProtocolError`: in
 * English the diagnostic, which names the place; in Chinese the sentence of the code.
 */
export function parseErrorText({ code, message }: { readonly code: string; readonly message: string }): Message {
  return { zh: stepSentence('', code).zh, en: message };
}
