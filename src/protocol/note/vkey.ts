import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8Bytes } from '../encoding/bytes.ts';
import { holdsWithoutCofactor } from './ed25519-equation.ts';
import { ProtocolError } from '../encoding/errors.ts';
import { sha256 } from '../encoding/hash.ts';
import { isKeyName, type Note, type NoteSignature } from './note.ts';

/**
 * A signed-note verifier key of type Ed25519 (0x01): `name+hex8(key id)+base64(0x01 || public
 * key)`.
 */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export const ED25519_TYPE = 0x01;
const PUBLIC_KEY_BYTES = 32;
const MAX_VKEY_LENGTH = 1024;

/** SHA-256(name || 0x0A || type || public key)[0..4]. */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8Bytes(name), Uint8Array.of(0x0a, type), publicKey)).subarray(0, 4);
}

/** The verifier key of this name; `publicKey` has 32 bytes. Throws `vkey-malformed`. */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new ProtocolError('vkey-malformed', 'key name is empty or has a space or a plus sign');
  return { name, keyId: keyIdOf(name, ED25519_TYPE, publicKey), publicKey };
}

export function formatVkey(key: VerifierKey): string {
  return formatTypedVkey({ ...key, type: ED25519_TYPE });
}

/** Parses a verifier key of type Ed25519; throws as `parseTypedVkey`. */
export function parseVkey(text: string): VerifierKey {
  const { name, keyId, publicKey } = parseTypedVkey(text, ED25519_TYPE);
  return { name, keyId, publicKey };
}

/** A verifier key with its type: 0x01 Ed25519, 0x04 Ed25519 cosignature. */
export interface TypedKey extends VerifierKey {
  readonly type: number;
}

export function formatTypedVkey({ name, keyId, type, publicKey }: TypedKey): string {
  return `${name}+${toHex(keyId)}+${toBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/**
 * Parses a verifier key of this type: splits at the first two plus signs (base64 may hold more) and
 * recomputes the key id. Throws `vkey-malformed`, `vkey-type-unsupported` or `vkey-id-wrong`.
 */
export function parseTypedVkey(text: string, type: number): TypedKey {
  const match = /^([^+]+)\+([^+]+)\+(.+)$/.exec(text.length <= MAX_VKEY_LENGTH ? text : '');
  if (match === null || !isKeyName(match[1]!)) {
    throw new ProtocolError('vkey-malformed', 'verifier key is not "name+hash+base64"', {
      expected: 'name+hash+base64',
    });
  }
  const name = match[1]!;
  const keyId = fromHex('key id', match[2]!, 4);
  const typed = fromBase64('public key', match[3]!);
  if (typed[0] !== type) {
    throw new ProtocolError('vkey-type-unsupported', `verifier key has type ${typed[0]}, should have ${type}`, {
      found: typed[0],
      expected: type,
    });
  }
  if (typed.length !== 1 + PUBLIC_KEY_BYTES) {
    throw new ProtocolError(
      'vkey-malformed',
      `public key has ${typed.length - 1} bytes, should have ${PUBLIC_KEY_BYTES}`,
      { place: 'public key', found: typed.length - 1, expected: PUBLIC_KEY_BYTES, unit: 'bytes' },
    );
  }
  const publicKey = typed.subarray(1);
  const expected = keyIdOf(name, type, publicKey);
  if (!equalBytes(expected, keyId)) {
    throw new ProtocolError('vkey-id-wrong', `key id is ${toHex(keyId)}, should be ${toHex(expected)}`, {
      place: 'key id',
      found: toHex(keyId),
      expected: toHex(expected),
    });
  }
  return { name, keyId, type, publicKey };
}

/** Whether the line claims to be by this key: both name and key id match. */
export function isSignatureBy(key: VerifierKey, signature: NoteSignature): boolean {
  return signature.name === key.name && equalBytes(signature.keyId, key.keyId);
}

/** Whether the signature (64 bytes) over the message is by the public key (32 bytes). */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/**
 * Ed25519 by RFC 8032, refusing small-order and non-canonical inputs (`zip215: false`) and using
 * the equation without the cofactor. Never throws.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  try {
    const isValid = ed25519.verify(signature, message, publicKey, { zip215: false });
    return isValid && holdsWithoutCofactor(publicKey, message, signature);
  } catch {
    return false; // noble throws on points that do not decode
  }
}

export type NoteCheck = { readonly status: 'signed' | 'unsigned' | 'forged'; readonly keys: readonly VerifierKey[] };

/**
 * Checks the signatures by known keys. Signatures by other keys are ignored; a line that names a
 * known key and does not verify makes the whole note `forged`; a note without a line by a known key
 * is `unsigned`.
 */
export function checkNote(
  note: Note,
  known: readonly VerifierKey[],
  verify: VerifySignature = verifyEd25519,
): NoteCheck {
  const message = utf8Bytes(note.text);
  const keys: VerifierKey[] = [];
  for (const signature of note.signatures) {
    const key = known.find((candidate) => isSignatureBy(candidate, signature));
    if (key === undefined || keys.includes(key)) continue;
    if (!verify(key.publicKey, message, signature.signature)) return { status: 'forged', keys: [] };
    keys.push(key);
  }
  return { status: keys.length > 0 ? 'signed' : 'unsigned', keys };
}
