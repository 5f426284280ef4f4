import { fromBase64, toBase64, utf8Bytes } from './bytes.ts';
import { parseDecimal } from './decimal.ts';
import { ProtocolError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';
import { isKeyName } from './note.ts';

/** C2SP tlog-checkpoint: what a log signs about itself. This log writes no extension lines and reads none. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

const MAX_ORIGIN_BYTES = 255;

/** An origin is used as a key name, so it must be one; at most 255 bytes. */
export function checkOrigin(origin: string): string {
  if (!isKeyName(origin) || utf8Bytes(origin).length > MAX_ORIGIN_BYTES) {
    throw new ProtocolError('origin-invalid', 'origin is empty, has a space or a plus sign, or is over 255 bytes');
  }
  return origin;
}

/** The note text: three lines. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.length !== 4 || lines[3] !== '') {
    throw new ProtocolError('checkpoint-malformed', `checkpoint has ${lines.length - 1} lines, should have 3`);
  }
  const [origin, size, root] = lines as [string, string, string, string];
  return {
    origin: checkOrigin(origin),
    size: parseDecimal('checkpoint size', size),
    root: fromBase64('checkpoint root', root, HASH_BYTES),
  };
}
