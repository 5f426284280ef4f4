import { EXIT } from './exit-codes.ts';
import type { ErrorEntry } from './error-entry.ts';
import { type ErrorCode, ERRORS } from './errors.ts';
import { fillBoth, type Message, type MessageValue, type Placeholders, type ValuesOf } from './message.ts';

/** The placeholders of an entry: those of its sentence and of its hint. */
type PlaceholdersOf<Entry extends ErrorEntry> =
  | Placeholders<Entry['en']>
  | (Entry extends { readonly hint: { readonly en: infer Hint extends string } } ? Placeholders<Hint> : never);

/** What is wrong with one member of a JSON body or one parameter of a query. */
export interface MemberError {
  /** RFC 6901 JSON pointer; empty for the body as a whole. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: Message;
}

export interface ErrorOptions {
  readonly cause?: unknown;
  /** Replaces the hint of the catalogue. */
  readonly hint?: Message | undefined;
  /** Replaces the exit code of the catalogue. */
  readonly exit?: number;
  /** The code that another party gave the failure; reported in place of the catalogue's. */
  readonly relayed?: string;
  /** When a request may be sent again. */
  readonly retryAfterSeconds?: number;
  /** What is wrong in the request, member by member. */
  readonly errors?: readonly MemberError[];
  /** Replaces the sentence of the catalogue: another process has filled it already. */
  readonly text?: Message | undefined;
  /** Replaces the entry of the catalogue: the code is in the table of another area. */
  readonly entry?: ErrorEntry;
}

/** What an error is made with besides its code. */
export type EntryArguments<Entry extends ErrorEntry> = [PlaceholdersOf<Entry>] extends [never]
  ? [values?: ErrorOptions]
  : [values: ValuesOf<PlaceholdersOf<Entry>> & ErrorOptions];

/**
 * An error of the catalogue: foreign input is wrong, or a part of the world refuses. `code` is API
 * (of an entry `topic/code`, which gives a code another sentence, the part behind the slash);
 * `text` is the sentence in both languages, and `message` the English one. A bug of ours is a plain
 * `Error` by `assert`.
 */
export class LedgerError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'LedgerError';
  readonly code: string;
  readonly text: Message;
  /** The next thing to do. */
  readonly hint: Message | undefined;
  /** Exit code of a command that ends with this error. */
  readonly exit: number;
  readonly errors: readonly MemberError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: Code, ...[values]: EntryArguments<(typeof ERRORS)[Code]>) {
    const {
      cause,
      hint,
      exit,
      relayed,
      errors,
      retryAfterSeconds,
      text: given,
      entry: otherEntry,
      ...filling
    } = (values ?? {}) as ErrorOptions & Record<string, MessageValue>;
    const entry: ErrorEntry = otherEntry ?? ERRORS[code];
    const fill = (message: Message): Message => fillBoth(message, filling);
    const text = given ?? fill(entry);
    super(text.en, cause === undefined ? undefined : { cause });
    this.code = relayed ?? code.slice(code.indexOf('/') + 1);
    this.text = text;
    this.hint = hint ?? (entry.hint && fill(entry.hint));
    this.exit = exit ?? entry.exit ?? EXIT.internal;
    this.errors = errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The same error, ending a command with another exit code. */
  exitingWith(exit: number): this {
    return Object.create(this, { exit: { value: exit } }) as this;
  }
}

/**
 * What another process or library reports with a code and a sentence of its own, as an error with
 * that code: hint and exit code are those of the catalogue, or of `failed` for a code that it does
 * not have.
 */
export function relayedError(code: string, text: Message, cause?: unknown): LedgerError {
  const catalogue: Readonly<Record<string, ErrorEntry>> = ERRORS;
  const { hint, exit = EXIT.internal }: ErrorEntry = catalogue[Object.hasOwn(ERRORS, code) ? code : 'failed']!;
  return new LedgerError('failed', { reason: text, relayed: code, cause, hint, exit, text });
}
