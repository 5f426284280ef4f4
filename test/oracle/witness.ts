import { createHash, sign } from 'node:crypto';
import { signatureLine, testKey, type TestKey } from './note.ts';

/** Witnesses on node:crypto, without any code of src. */

/** A key of type 0x04 whose seed is one byte, 32 times. */
export function testWitness(name: string, seedByte: number): TestKey {
  const key = testKey(name, seedByte);
  const typed = Buffer.concat([Buffer.of(0x04), key.publicKey]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
  return { ...key, id, vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}` };
}

/** The signature line by which a witness cosigns the text of a note. */
export function cosignatureLine(witness: TestKey, text: string, timeSeconds: bigint | number = 1_790_000_000): string {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(timeSeconds));
  const message = Buffer.from(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
  return signatureLine(witness.name, witness.id, Buffer.concat([time, sign(null, message, witness.privateKey)]));
}

/** A tlog-policy with a quorum of k of these; their names in it are w0, w1 … */
export function policyOf(k: number, ...witnesses: readonly TestKey[]): string {
  const lines = witnesses.map(({ vkey }, i) => `witness w${i} ${vkey}`);
  const group = `group all-of-them ${k} ${witnesses.map((_, i) => `w${i}`).join(' ')}`;
  return `${[...lines, group, 'quorum all-of-them'].join('\n')}\n`;
}

/** The note of a tlog-proof, or a note alone, with more signature lines. */
export function cosigned(noteOrProof: string, ...witnesses: readonly TestKey[]): string {
  const note = noteOrProof.startsWith('c2sp.org/') ? noteOrProof.slice(noteOrProof.indexOf('\n\n') + 2) : noteOrProof;
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  return noteOrProof + witnesses.map((witness) => cosignatureLine(witness, text)).join('');
}
