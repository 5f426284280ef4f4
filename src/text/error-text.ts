import { LedgerError } from './ledger-error.ts';
import { bilingual, type Message } from './message.ts';
import { osErrorText } from './os-errors.ts';
import { stepSentence } from './step-codes.ts';

const UNEXPECTED = { zh: '意外错误（{name}）', en: 'unexpected error ({name})' } as const;

/**
 * Why something failed, as a parameter of another message: the sentence of an error of the
 * catalogue, the reason of the operating system, or what a reader found wrong with foreign input.
 * Of any other error only the name is reported; pass the error as the cause.
 */
export function errorText(error: unknown): Message {
  if (error instanceof LedgerError) return error.text;
  if (isProtocolError(error)) return parseErrorText(error);
  return osErrorText(error) ?? bilingual(UNEXPECTED, { name: nameOf(error) });
}

/**
 * Why foreign input could not be read, from a `ProtocolError`: in Chinese the sentence of its code,
 * in English what the reader reports of the place.
 */
export function parseErrorText({ code, message }: { readonly code: string; readonly message: string }): Message {
  return { zh: stepSentence('', code).zh, en: message };
}

/** Known by its name, for this folder imports no other. */
function isProtocolError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && error.name === 'ProtocolError' && 'code' in error;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error ? String(error.code) : error.name;
}
