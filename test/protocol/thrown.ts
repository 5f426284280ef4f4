import { ProtocolError } from '../../src/protocol/encoding/errors.ts';

/**
 * The code with which foreign input was refused; undefined where it was accepted. Anything else
 * that is thrown is a bug.
 */
export function codeOf(read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return undefined;
}
