import type { LogSigner } from '../../log/ports.ts';
import { ED25519_TYPE, type VerifierKey, verifierKey } from '../../protocol/note/vkey.ts';
import { createKeyFile, readKeyFile, type SigningKey } from './ed25519-key.ts';

/** The log's signing key; its name is the origin. */
export interface LogKey extends LogSigner {
  readonly key: VerifierKey;
}

export function createLogKey(path: string, origin: string): LogKey {
  return logKeyOf(createKeyFile(path, origin, ED25519_TYPE));
}

export function readLogKey(path: string): LogKey {
  return logKeyOf(readKeyFile(path, ED25519_TYPE));
}

function logKeyOf(signingKey: SigningKey): LogKey {
  const { name, publicKey } = signingKey.key;
  const key = verifierKey(name, publicKey);
  return {
    origin: name,
    key,
    sign: (text) => ({ name, keyId: key.keyId, signature: signingKey.sign(text) }),
  };
}
