import { ProtocolError } from '../../src/protocol/encoding/errors.ts';

/**
 * The code of the error for foreign input; undefined where it is accepted. Any other error is a
 * bug.
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
