import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { LogSigner } from '../../log/ports.ts';
import { PortError } from '../../log/ports.ts';
import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex } from '../../protocol/bytes.ts';
import { ED25519_TYPE, type VerifierKey, verifierKey } from '../../protocol/vkey.ts';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

/** The log's Ed25519 key in the signed-note text form `PRIVATE+KEY+name+hash+base64(0x01 || seed)`. */

const PREFIX = 'PRIVATE+KEY+';
/** PKCS #8 of an Ed25519 key up to its 32-byte seed (RFC 8410 section 7). */
const PKCS8_PREFIX = fromHex('prefix', '302e020100300506032b657004220420');
const SEED_BYTES = 32;

export interface LogKey extends LogSigner {
  readonly key: VerifierKey;
}

export function createLogKey(path: string, origin: string): LogKey {
  const seed = randomBytes(SEED_BYTES);
  const logKey = logKeyOf(origin, seed);
  const typed = toBase64(concatBytes(Uint8Array.of(ED25519_TYPE), seed));
  writeSecretFile(path, `${PREFIX}${origin}+${toHex(logKey.key.keyId)}+${typed}\n`);
  return logKey;
}

export function readLogKey(path: string): LogKey {
  const text = readSecretFile(path);
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (match === null) throw malformed(path, 'is not "PRIVATE+KEY+name+hash+base64"');
  const typed = fromBase64(`seed in ${path}`, match[3]!);
  if (typed.length !== 1 + SEED_BYTES || typed[0] !== ED25519_TYPE) throw malformed(path, 'is not an Ed25519 key');
  const logKey = logKeyOf(match[1]!, typed.subarray(1));
  if (!equalBytes(logKey.key.keyId, fromHex('key id', match[2]!)))
    throw malformed(path, 'has a key id that is not its own');
  return logKey;
}

function logKeyOf(origin: string, seed: Uint8Array): LogKey {
  const privateKey = createPrivateKey({
    key: Buffer.from(concatBytes(PKCS8_PREFIX, seed)),
    format: 'der',
    type: 'pkcs8',
  });
  const key = verifierKey(origin, publicBytes(privateKey));
  return {
    origin,
    key,
    sign: (text) => ({ name: origin, keyId: key.keyId, signature: new Uint8Array(sign(null, text, privateKey)) }),
  };
}

function publicBytes(privateKey: KeyObject): Uint8Array {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(spki.length - 32));
}

function malformed(path: string, reason: string): PortError {
  return new PortError('key-malformed', `key file ${path} ${reason}`);
}
