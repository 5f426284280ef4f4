import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** Signed notes, checkpoints and proofs on node:crypto, without any code of src. */
export interface TestKey {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly publicKey: Buffer;
  readonly id: Buffer;
  readonly vkey: string;
}

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key whose seed is one byte, 32 times. */
export function testKey(name: string, seedByte: number): TestKey {
  const seed = Buffer.alloc(32, seedByte);
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const typed = Buffer.concat([Buffer.of(0x01), publicKey]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
  return { name, privateKey, publicKey, id, vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}` };
}

export function signText(key: TestKey, text: string): Buffer {
  return sign(null, Buffer.from(text), key.privateKey);
}

export function signatureLine(name: string, id: Uint8Array, signature: Uint8Array): string {
  return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

export function signedNote(text: string, ...keys: readonly TestKey[]): string {
  return `${text}\n${keys.map((key) => signatureLine(key.name, key.id, signText(key, text))).join('')}`;
}

export function checkpointText(origin: string, size: bigint | number, root: Uint8Array): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

export function tlogProof(index: bigint | number, path: readonly Uint8Array[], note: string): string {
  const hashes = path.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
  return `c2sp.org/tlog-proof@v1\nindex ${index}\n${hashes}\n${note}`;
}
