/**
 * Foreign input is malformed. `code` is API (listed in PROTOCOL.md), the message is a diagnostic. A
 * well-formed proof that is false is a result and never thrown; a bug is a plain `Error` by
 * `assert`.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Throws unless the condition holds, which only a bug can violate. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`internal: ${message}`);
}
