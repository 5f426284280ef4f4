import { FAILURES } from '../../text/failures.ts';
import { bilingual, type MessageValues, type Message } from '../../text/message.ts';

/** Exit codes of the program other than those of the verdicts (`VERDICT_EXIT`); 1 comes from a verdict alone. */
export const EXIT = {
  ok: 0,
  usage: 2,
  notFound: 3,
  pending: 4,
  inconsistent: 5,
  indeterminate: 6,
  notAllowed: 7,
  batchWithFailures: 8,
  ledgerMissing: 10,
  ledgerLocked: 11,
  wrongKey: 12,
  internal: 70,
  interrupted: 130,
} as const;

/** What a command ends with where it cannot do what it was asked: the code is API, the words are for people. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exit: number;
  readonly code: string;
  readonly words: Message;
  /** The next thing to do. */
  readonly hint: Message | undefined;

  constructor(
    exit: number,
    code: string,
    words: Message,
    options: { readonly hint?: Message; readonly cause?: unknown } = {},
  ) {
    super(words.en, { cause: options.cause });
    this.exit = exit;
    this.code = code;
    this.words = words;
    this.hint = options.hint;
  }
}

type FailureCode = keyof typeof FAILURES;

/** A failure whose words are in the text table: its code is the name of its entry there. */
export function failure<Code extends FailureCode>(
  exit: number,
  code: Code,
  ...values: MessageValues<(typeof FAILURES)[Code]>
): CliFailure {
  return new CliFailure(exit, code, bilingual<Message>(FAILURES[code], ...(values as [])));
}

/** The same failure with the next thing to do, or with what it came from. */
export function extended(from: CliFailure, options: { readonly hint?: Message; readonly cause?: unknown }): CliFailure {
  const hint = options.hint ?? from.hint;
  return new CliFailure(from.exit, from.code, from.words, {
    ...(hint && { hint }),
    cause: options.cause ?? from.cause,
  });
}
