import { fromBase64, toBase64, utf8Bytes } from '../encoding/bytes.ts';
import { parseDecimal } from '../encoding/decimal.ts';
import { ProtocolError } from '../encoding/errors.ts';
import { HASH_BYTES } from '../encoding/hash.ts';
import { isKeyName } from './note.ts';

/** A checkpoint of C2SP tlog-checkpoint. This log writes and reads no extension lines. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

const MAX_ORIGIN_BYTES = 255;

/** The origin, which must be a key name of at most 255 bytes; throws `origin-invalid`. */
export function checkOrigin(origin: string): string {
  if (!isKeyName(origin) || utf8Bytes(origin).length > MAX_ORIGIN_BYTES) {
    throw new ProtocolError('origin-invalid', 'origin is empty, has a space or a plus sign, or is over 255 bytes');
  }
  return origin;
}

/** The text of the note: three lines. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Parses a checkpoint of three lines; throws `checkpoint-malformed` or `origin-invalid`. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.length !== 4) {
    const found = lines.length - 1;
    const facts = { place: 'checkpoint', found, expected: 3, unit: 'lines' } as const;
    throw new ProtocolError('checkpoint-malformed', `checkpoint has ${found} lines, should have 3`, facts);
  }
  const checkpoint = parseForeignCheckpoint(text);
  checkOrigin(checkpoint.origin);
  return checkpoint;
}

/**
 * Parses a checkpoint of any C2SP log: its origin need not be a key name, and extension lines may
 * follow.
 */
export function parseForeignCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...more] = text.split('\n');
  const extensions = more.slice(0, -1);
  if (more.at(-1) !== '' || extensions.includes('')) {
    throw new ProtocolError(
      'checkpoint-malformed',
      'checkpoint is not origin, size, root and lines that are not empty',
    );
  }
  if (origin === '') throw new ProtocolError('origin-invalid', 'origin is empty');
  return {
    origin: origin!,
    size: parseDecimal('checkpoint size', size!),
    root: fromBase64('checkpoint root', root!, HASH_BYTES),
  };
}
