/** The codes of foreign input that cannot be parsed. They are API and are listed in PROTOCOL.md. */
export const READING_CODES = [
  'abi-length-wrong',
  'add-checkpoint-malformed',
  'base64-invalid',
  'bundle-too-short',
  'bundle-trailing-bytes',
  'checkpoint-malformed',
  'decimal-invalid',
  'decimal-too-large',
  'event-strange',
  'hex-invalid',
  'json-duplicate-name',
  'json-invalid',
  'json-number-unsafe',
  'json-too-deep',
  'json-too-large',
  'json-type-unsupported',
  'length-wrong',
  'note-malformed',
  'origin-invalid',
  'policy-malformed',
  'proof-malformed',
  'quantity-invalid',
  'receipt-format-unknown',
  'receipt-status',
  'record-version-unknown',
  'rlp-invalid',
  'rotation-malformed',
  'section-repeated',
  'shape-wrong',
  'state-damaged',
  'state-format-unknown',
  'text-not-utf8',
  'text-not-wellformed',
  'tile-path-invalid',
  'tile-too-short',
  'trie-proof-invalid',
  'trust-format-unknown',
  'vkey-id-wrong',
  'vkey-malformed',
  'vkey-type-unsupported',
] as const;

/** `no-answer`: a question to a chain node got no answer that could be parsed. */
export type ProtocolCode = (typeof READING_CODES)[number] | 'no-answer';

/** What a reader can say about malformed input without a sentence in one language. */
export interface ReadingFacts {
  /** The part of the format, by its name there. */
  readonly place?: string | undefined;
  /** From 1 on. */
  readonly line?: number | undefined;
  /** From 0 on. */
  readonly character?: number | undefined;
  /** A value as it stands in the input, the kind of a JSON value, or a count. */
  readonly found?: string | number | undefined;
  /** What should stand there instead, in the same form. */
  readonly expected?: string | number | undefined;
  /** The largest count that is allowed. */
  readonly limit?: number | undefined;
  /** What is counted. */
  readonly unit?: 'bytes' | 'items' | 'lines' | undefined;
}

/**
 * Foreign input is malformed. The message is a diagnostic in English; texts for users are made of
 * `code` and `facts`. A well-formed proof that is false is a result and never thrown; a bug is a
 * plain `Error` by `assert`.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolCode;
  readonly facts: ReadingFacts;

  constructor(code: ProtocolCode, message: string, { cause, ...facts }: ReadingFacts & ErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}

/** Throws unless the condition holds, which only a bug can violate. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`internal: ${message}`);
}
