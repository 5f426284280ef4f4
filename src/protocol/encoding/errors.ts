/**
 * Foreign input is wrong: it cannot be read as what it claims to be. `code` is API (listed in
 * PROTOCOL.md), the text is not. A proof that is merely false is an answer and never thrown; a bug
 * of ours is a plain `Error` by `assert`.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A condition that only a bug of ours can break. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`internal: ${message}`);
}
