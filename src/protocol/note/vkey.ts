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
/** The key of ML-DSA-44 (1,312 bytes) as base64, with a name of 255 characters. */
const MAX_VKEY_LENGTH = 2048;

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
 * Parses a verifier key of this type, with a public key of 32 bytes, and recomputes its id. Throws
 * `vkey-malformed`, `vkey-type-unsupported` or `vkey-id-wrong`.
 */
export function parseTypedVkey(text: string, type: number): TypedKey {
  const key = splitVkey(text);
  if (key.type !== type) {
    throw new ProtocolError('vkey-type-unsupported', `verifier key has type ${key.type}, should have ${type}`, {
      found: key.type,
      expected: type,
    });
  }
  return withLengthAndId(key, PUBLIC_KEY_BYTES);
}

/** The type of a verifier key; throws `vkey-malformed`. */
export function typeOfVkey(text: string): number {
  return splitVkey(text).type;
}

/**
 * Parses a verifier key of any type, with a public key of `lengthBytes`, and recomputes its id.
 * Throws `vkey-malformed` or `vkey-id-wrong`.
 */
export function parseAnyVkey(text: string, lengthBytes: number): TypedKey {
  return withLengthAndId(splitVkey(text), lengthBytes);
}

/** Splits at the first two plus signs, since base64 may hold more. */
function splitVkey(text: string): TypedKey {
  const match = /^([^+]+)\+([^+]+)\+(.+)$/.exec(text.length <= MAX_VKEY_LENGTH ? text : '');
  if (match === null || !isKeyName(match[1]!)) {
    throw new ProtocolError('vkey-malformed', 'verifier key is not "name+hash+base64"', {
      expected: 'name+hash+base64',
    });
  }
  const keyId = fromHex('key id', match[2]!, 4);
  const typed = fromBase64('public key', match[3]!);
  const [type] = typed;
  if (type === undefined) throw new ProtocolError('vkey-malformed', 'verifier key has no type');
  return { name: match[1]!, keyId, type, publicKey: typed.subarray(1) };
}

function withLengthAndId(key: TypedKey, lengthBytes: number): TypedKey {
  const { name, keyId, type, publicKey } = key;
  if (publicKey.length !== lengthBytes) {
    throw new ProtocolError('vkey-malformed', `public key has ${publicKey.length} bytes, should have ${lengthBytes}`, {
      place: 'public key',
      found: publicKey.length,
      expected: lengthBytes,
      unit: 'bytes',
    });
  }
  const expected = keyIdOf(name, type, publicKey);
  if (!equalBytes(expected, keyId)) {
    throw new ProtocolError('vkey-id-wrong', `key id is ${toHex(keyId)}, should be ${toHex(expected)}`, {
      place: 'key id',
      found: toHex(keyId),
      expected: toHex(expected),
    });
  }
  return key;
}

/** Whether the line claims to be by this key: both name and key id match. */
export function isSignatureBy(key: VerifierKey, signature: NoteSignature): boolean {
  return signature.name === key.name && equalBytes(signature.keyId, key.keyId);
}

/** Whether the signature (64 bytes) over the message is by the public key (32 bytes). */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/**
 * Ed25519 by RFC 8032, refusing public keys and R of small order and non-canonical inputs, by the
 * equation without the cofactor. Never throws.
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
 * Checks the first line of each known key. Lines by other keys and later lines by the same key are
 * ignored; a first line that does not verify makes the whole note `forged`; a note without a line
 * by a known key is `unsigned`.
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
