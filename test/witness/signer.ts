import { sign } from 'node:crypto';
import { witnessKey } from '../../src/protocol/note/cosignature.ts';
import type { CosignatureSigner, CosignedCheckpoint } from '../../src/witness/ports.ts';
import type { TestKey } from '../oracle/note.ts';
import { cosigned, testWitness } from '../oracle/witness.ts';
import { type ForeignLog, noteAt, rootAt } from './foreign-log.ts';

export const WITNESS = testWitness('witness.test/w1', 9);

export function signerOf({ name, publicKey, privateKey }: TestKey): CosignatureSigner {
  return {
    key: witnessKey(name, new Uint8Array(publicKey)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/** What the witness would remember of this log at this size, made by the oracle. */
export function cosignedAt(log: ForeignLog, size: number, witness = WITNESS): CosignedCheckpoint {
  return {
    size: BigInt(size),
    root: new Uint8Array(rootAt(log, size)),
    timeSeconds: 1_790_000_000n,
    note: cosigned(noteAt(log, size), witness),
  };
}
