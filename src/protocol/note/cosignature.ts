import { concatBytes, uint64Bytes, utf8Bytes } from '../encoding/bytes.ts';
import type { Note, NoteSignature } from './note.ts';
import { isSignatureBy, keyIdOf, parseTypedVkey, type TypedKey, type VerifySignature, verifyEd25519 } from './vkey.ts';

/**
 * The key type of C2SP tlog-cosignature v1 with Ed25519: a witness states that, at the time of the
 * cosignature, the checkpoint was the largest consistent one that it had seen of this log.
 */
export const COSIGNATURE_TYPE = 0x04;
/**
 * The key type of tlog-cosignature with ML-DSA-44. A policy may name such a witness, and its
 * cosignatures do not count.
 */
export const ML_DSA_44_TYPE = 0x06;
export const ML_DSA_44_KEY_BYTES = 1312;
const TIMESTAMP_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** The largest signed 64-bit number, which timestamps are in other languages. */
const MAX_TIMESTAMP = 2n ** 63n - 1n;

export type WitnessKey = TypedKey;

export interface Cosignature {
  readonly key: WitnessKey;
  /** Unix seconds by the clock of the witness; never 0. */
  readonly timeSeconds: bigint;
}

export function witnessKey(name: string, publicKey: Uint8Array): WitnessKey {
  return { name, type: COSIGNATURE_TYPE, publicKey, keyId: keyIdOf(name, COSIGNATURE_TYPE, publicKey) };
}

/**
 * Parses the verifier key of a witness. A key of type 0x01 is refused with `vkey-type-unsupported`,
 * since it signs without a time; so is ML-DSA-44, which this version cannot check.
 */
export function parseWitnessVkey(text: string): WitnessKey {
  return parseTypedVkey(text, COSIGNATURE_TYPE);
}

/** The signed message: a line with its type, the time, and the whole text of the note. */
export function cosignedMessage(timeSeconds: bigint, noteText: string): Uint8Array {
  return utf8Bytes(`cosignature/v1\ntime ${timeSeconds}\n${noteText}`);
}

/** The signature blob after the key id: the time (uint64, big endian) and 64 bytes of Ed25519. */
export function cosignatureBlob(timeSeconds: bigint, signature: Uint8Array): Uint8Array {
  return concatBytes(uint64Bytes(timeSeconds), signature);
}

export type CosignatureCheck =
  /** Each key once, in the order of `known`. */
  | { readonly status: 'checked'; readonly cosignatures: readonly Cosignature[] }
  /** The first line of a known witness does not verify by its key. */
  | { readonly status: 'forged'; readonly key: WitnessKey };

/**
 * Checks the first cosignature of each known witness, by the same rule as `checkNote`: lines by
 * other keys and later lines by the same witness are ignored; a first line that does not verify
 * makes the whole note forged.
 */
export function checkCosignatures(
  note: Note,
  known: readonly WitnessKey[],
  verify: VerifySignature = verifyEd25519,
): CosignatureCheck {
  const cosignatures: Cosignature[] = [];
  for (const key of known) {
    const line = note.signatures.find((candidate) => isSignatureBy(key, candidate));
    if (line === undefined) continue;
    const timeSeconds = timeOf(line, key, note.text, verify);
    if (timeSeconds === undefined) return { status: 'forged', key };
    cosignatures.push({ key, timeSeconds });
  }
  return { status: 'checked', cosignatures };
}

/** The time of the cosignature; undefined where the line is none by this key over this text. */
function timeOf(
  { signature: blob }: NoteSignature,
  key: WitnessKey,
  noteText: string,
  verify: VerifySignature,
): bigint | undefined {
  if (blob.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return undefined;
  const timeSeconds = new DataView(blob.buffer, blob.byteOffset).getBigUint64(0);
  if (timeSeconds === 0n || timeSeconds > MAX_TIMESTAMP) return undefined;
  const message = cosignedMessage(timeSeconds, noteText);
  return verify(key.publicKey, message, blob.subarray(TIMESTAMP_BYTES)) ? timeSeconds : undefined;
}
