import { KEY_FAULTS } from '../../text/key-faults.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { concatBytes, fromBase64, fromHex, toBase64, toHex } from '../../protocol/encoding/bytes.ts';
import { keyIdOf, type TypedKey } from '../../protocol/note/vkey.ts';
import { readSecretFile, writeSecretFile } from '../files/secret-file.ts';

/** Ed25519 keys in the signed-note text form `PRIVATE+KEY+name+hash+base64(type || seed)`. */

const PREFIX = 'PRIVATE+KEY+';
/** PKCS #8 of an Ed25519 key up to its 32-byte seed (RFC 8410 section 7). */
const PKCS8_PREFIX = fromHex('prefix', '302e020100300506032b657004220420');
const SEED_BYTES = 32;

export interface SigningKey {
  readonly key: TypedKey;
  sign(message: Uint8Array): Uint8Array;
}

export function createKeyFile(path: string, name: string, type: number): SigningKey {
  const seed = randomBytes(SEED_BYTES);
  const signingKey = signingKeyOf(name, type, seed);
  const typed = toBase64(concatBytes(Uint8Array.of(type), seed));
  writeSecretFile(path, `${PREFIX}${name}+${toHex(signingKey.key.keyId)}+${typed}\n`);
  return signingKey;
}

/** Throws `key-unreadable`, `key-file-open` or `key-malformed`. */
export function readKeyFile(file: string, type: number): SigningKey {
  const text = readSecretFile(file);
  const malformed = (fault: Message, cause?: unknown) => new LedgerError('key-malformed', { file, fault, cause });
  const [, name, keyId, typed] = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (name === undefined || keyId === undefined || typed === undefined) throw malformed(KEY_FAULTS.notNoteKey);
  const bytes = bytesOrUndefined(typed);
  if (bytes?.length !== 1 + SEED_BYTES || bytes[0] !== type) throw malformed(bilingual(KEY_FAULTS.otherType, { type }));
  const signingKey = signingKeyOf(name, type, bytes.subarray(1));
  if (toHex(signingKey.key.keyId) !== keyId) throw malformed(KEY_FAULTS.otherKeyId);
  return signingKey;
}

function bytesOrUndefined(base64: string): Uint8Array | undefined {
  try {
    return fromBase64('key', base64);
  } catch {
    return undefined; // the error would quote the key
  }
}

function signingKeyOf(name: string, type: number, seed: Uint8Array): SigningKey {
  const privateKey = createPrivateKey({
    key: Buffer.from(concatBytes(PKCS8_PREFIX, seed)),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = publicBytes(privateKey);
  return {
    key: { name, type, publicKey, keyId: keyIdOf(name, type, publicKey) },
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

function publicBytes(privateKey: KeyObject): Uint8Array {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(spki.length - 32));
}
