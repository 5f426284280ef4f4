import { createHash, createPublicKey, verify } from 'node:crypto';
import { type Asked, type Page, serve } from '../client/http-server.ts';
import { nodeHash } from './merkle.ts';
import type { TestKey } from './note.ts';
import { cosignatureLine } from './witness.ts';

/** The state that a witness has cosigned last for one log. */
export interface Cosigned {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** With the signature line of the witness. */
  readonly note: string;
}

export interface TestWitness extends AsyncDisposable {
  readonly key: TestKey;
  readonly url: string;
  readonly asked: readonly Asked[];
  /** By origin. */
  readonly logs: Map<string, Cosigned>;
  /** Replaces the witness's answer where it returns one. */
  misbehave?: ((asked: Asked) => Page | undefined | Promise<Page | undefined>) | undefined;
}

/**
 * A witness by C2SP tlog-witness over real HTTP, without any code of src. It knows every log whose
 * key is among these, and tests can make it misbehave.
 */
export async function startWitness(key: TestKey, ...vkeys: readonly string[]): Promise<TestWitness> {
  const logs = new Map<string, Cosigned>();
  const server = await serve(async (asked) => (await witness.misbehave?.(asked)) ?? answer(asked));
  const answer = ({ method, path, body }: Asked): Page | undefined => {
    if (method === 'POST' && path === '/add-checkpoint') return add(key, logs, vkeys, body.toString());
    const shown = [...logs].find(
      ([origin]) => path === `/${createHash('sha256').update(origin).digest('hex')}/checkpoint`,
    );
    return shown && { body: shown[1].note };
  };
  const witness: TestWitness = Object.assign(server, { key, logs });
  return witness;
}

/** A tlog-policy with a quorum of k of these, with addresses; their names in it are w0, w1 … */
export function policyWith(
  k: number,
  ...witnesses: readonly { readonly key: TestKey; readonly url: string }[]
): string {
  const lines = witnesses.map(({ key, url }, i) => `witness w${i} ${key.vkey} ${url}`);
  const group = `group all-of-them ${k} ${witnesses.map((_, i) => `w${i}`).join(' ')}`;
  return `${[...lines, group, 'quorum all-of-them'].join('\n')}\n`;
}

function add(key: TestKey, logs: Map<string, Cosigned>, vkeys: readonly string[], body: string): Page {
  const [oldLine, ...hashes] = body.slice(0, body.indexOf('\n\n')).split('\n');
  const note = body.slice(body.indexOf('\n\n') + 2);
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const [origin = '', size = '', root = ''] = text.split('\n');
  const known = vkeys.filter((vkey) => vkey.startsWith(`${origin}+`));
  if (known.length === 0) return { status: 404 };
  if (!known.some((vkey) => isSignedBy(vkey, note, text))) return { status: 403 };
  const [old, now] = [Number(oldLine!.slice('old '.length)), Number(size)];
  const before = logs.get(origin);
  if (old > now) return { status: 400 };
  if (old !== (before?.size ?? 0)) return { status: 409, body: `${before?.size ?? 0}\n` };
  const proof = hashes.map((line) => Buffer.from(line, 'base64'));
  const isSame = before !== undefined && before.size > 0;
  if (isSame ? !isConsistent(old, now, before.root, root, proof) : proof.length > 0) return { status: 422 };
  const line = cosignatureLine(key, text, Math.floor(Date.now() / 1000));
  logs.set(origin, { size: now, root, note: note + line });
  return { body: line };
}

function isSignedBy(vkey: string, note: string, text: string): boolean {
  const [name, id, typed] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey)!.slice(1) as [string, string, string];
  const prefix = `— ${name} `;
  const line = note.split('\n').find((each) => each.startsWith(prefix));
  const blob = Buffer.from(line?.slice(prefix.length) ?? '', 'base64');
  const spki = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(typed, 'base64').subarray(1),
  ]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  return blob.subarray(0, 4).toString('hex') === id && verify(null, Buffer.from(text), publicKey, blob.subarray(4));
}

/**
 * RFC 9162 section 2.1.4.2, literally; for equal sizes the roots must be equal and the proof empty.
 */
function isConsistent(first: number, second: number, from: string, to: string, proof: readonly Buffer[]): boolean {
  if (first === second) return from === to && proof.length === 0;
  const path = Number.isInteger(Math.log2(first)) ? [Buffer.from(from, 'base64'), ...proof] : [...proof];
  if (path.length === 0) return false;
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [fn >> 1, sn >> 1];
  let [fr, sr] = [path[0]!, path[0]!];
  for (const c of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else sr = nodeHash(sr, c);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return fr.toString('base64') === from && sr.toString('base64') === to && sn === 0;
}
