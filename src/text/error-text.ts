import { LedgerError } from './ledger-error.ts';
import { bilingual, type Message } from './message.ts';
import { osErrorText } from './os-errors.ts';
import { type Facts, factsInChinese } from './reading-facts.ts';
import { stepSentence } from './step-sentence.ts';

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

/** A `ProtocolError`, by its shape. */
interface ReadingError {
  readonly code: string;
  readonly message: string;
  readonly facts: Facts;
}

/**
 * Why foreign input could not be read, from a `ProtocolError`: in Chinese the sentence of its code
 * with place, found and expected value, in English what the reader reports.
 */
export function parseErrorText({ code, message, facts }: ReadingError): Message {
  return { zh: `${stepSentence('', code).zh}${factsInChinese(facts)}`, en: message };
}

/** Known by its name, for this folder imports no other. */
function isProtocolError(error: unknown): error is Error & ReadingError {
  return error instanceof Error && error.name === 'ProtocolError' && 'facts' in error;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error ? String(error.code) : error.name;
}
