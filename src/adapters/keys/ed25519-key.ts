import { LedgerError } from '../../text/ledger-error.ts';
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex } from '../../protocol/encoding/bytes.ts';
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

export function readKeyFile(path: string, type: number): SigningKey {
  const text = readSecretFile(path);
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (match === null) throw malformed(path, 'is not "PRIVATE+KEY+name+hash+base64"');
  const typed = fromBase64(`seed in ${path}`, match[3]!);
  if (typed.length !== 1 + SEED_BYTES || typed[0] !== type) {
    throw malformed(path, `is not an Ed25519 key of type ${type}`);
  }
  const signingKey = signingKeyOf(match[1]!, type, typed.subarray(1));
  if (!equalBytes(signingKey.key.keyId, fromHex('key id', match[2]!)))
    throw malformed(path, 'has a key id that is not its own');
  return signingKey;
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

function malformed(path: string, reason: string): LedgerError {
  return new LedgerError('key-malformed', { detail: `key file ${path} ${reason}` });
}
