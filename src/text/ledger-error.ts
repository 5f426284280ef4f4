import { EXIT } from './exit-codes.ts';
import type { ErrorEntry } from './error-entry.ts';
import { type ErrorCode, ERRORS } from './errors.ts';
import { fillBoth, type Message, type MessageValue, type Placeholders } from './message.ts';

/** The placeholders of a code: those of its sentence and of its hint. */
type PlaceholdersOf<Code extends ErrorCode> =
  | Placeholders<(typeof ERRORS)[Code]['en']>
  | ((typeof ERRORS)[Code] extends { readonly hint: { readonly en: infer Hint extends string } }
      ? Placeholders<Hint>
      : never);

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
  /** What is wrong in the request, member by member. */
  readonly errors?: readonly MemberError[];
  /** Replaces the sentence of the catalogue: another process has filled it already. */
  readonly text?: Message | undefined;
}

/** The values of a code's placeholders, and the options, in one object. */
export type ErrorValues<Code extends ErrorCode> = Readonly<Record<PlaceholdersOf<Code>, MessageValue>> & ErrorOptions;

type ErrorArguments<Code extends ErrorCode> = [PlaceholdersOf<Code>] extends [never]
  ? [values?: ErrorOptions]
  : [values: ErrorValues<Code>];

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

  constructor(code: Code, ...[values]: ErrorArguments<Code>) {
    const {
      cause,
      hint,
      exit,
      relayed,
      errors,
      text: given,
      ...filling
    } = (values ?? {}) as ErrorOptions & Record<string, MessageValue>;
    const entry: ErrorEntry = ERRORS[code];
    const fill = (message: Message): Message => fillBoth(message, filling);
    const text = given ?? fill(entry);
    super(text.en, cause === undefined ? undefined : { cause });
    this.code = relayed ?? code.slice(code.indexOf('/') + 1);
    this.text = text;
    this.hint = hint ?? (entry.hint && fill(entry.hint));
    this.exit = exit ?? entry.exit ?? EXIT.internal;
    this.errors = errors ?? [];
  }

  /** The same error, ending a command with another exit code. */
  exitingWith(exit: number): this {
    return Object.create(this, { exit: { value: exit } }) as this;
  }
}

/**
 * What another process or library reports with a code of its own, as an error of the catalogue. A
 * whole sentence in both languages replaces that of the catalogue; a string fills its `{detail}`. A
 * code that the catalogue does not have, or whose sentence needs more than the detail, gets the
 * sentence of `failed` with its own hint and exit code.
 */
export function relayedError(code: string, detail: Message | string, cause?: unknown): LedgerError {
  const entry = (ERRORS as Readonly<Record<string, ErrorEntry>>)[Object.hasOwn(ERRORS, code) ? code : 'failed']!;
  const isDetailEnough = [...entry.en.matchAll(/\{(\w+)/g)].every(([, name]) => name === 'detail');
  const known = (Object.hasOwn(ERRORS, code) && isDetailEnough ? code : 'failed') as 'failed';
  const { hint, exit = EXIT.internal } = entry;
  const text = typeof detail === 'string' ? undefined : detail;
  return new LedgerError(known, { detail, relayed: code, cause, hint, exit, text });
}
