import { utf8Bytes } from '../protocol/bytes.ts';
import { formatCheckpoint } from '../protocol/checkpoint.ts';
import { formatNote } from '../protocol/note.ts';
import type { Head, LogSigner } from './ports.ts';

/** A head with its checkpoint signed: what every commit ends in, and how an empty log begins. */
export function signedHead(signer: LogSigner, size: bigint, root: Uint8Array, lastTimeMs: number): Head {
  const text = formatCheckpoint({ origin: signer.origin, size, root });
  return { size, root, lastTimeMs, note: formatNote({ text, signatures: [signer.sign(utf8Bytes(text))] }) };
}
