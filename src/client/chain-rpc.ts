import { toBase64, utf8Bytes } from '../protocol/encoding/bytes.ts';
import { type ChainQuestion, type ChainSource, readEnvelope } from '../protocol/chain/rpc.ts';
import { isJsonObject, type Json, parseJson } from '../protocol/encoding/json.ts';
import { readBody } from './bounded-body.ts';

/**
 * Asks chain nodes by JSON-RPC. A node is a stranger: what it does not answer usably is left
 * undefined, and nothing here throws.
 */

const DEADLINE_MS = 10_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const QUESTIONS_AT_ONCE = 4;

/**
 * All questions to one node, each as a request of its own: not every node takes batches. Equal
 * questions are asked once. What is not answered when the time for all of them is over, or when
 * they are ended, stays without an answer.
 */
export async function askNode(
  url: string,
  questions: readonly ChainQuestion[],
  deadlineMs = DEADLINE_MS,
  end?: AbortSignal,
): Promise<ChainSource> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = end === undefined ? deadline : AbortSignal.any([deadline, end]);
  const asked = new Map<string, Promise<Json | undefined>>();
  const answers: (Json | undefined)[] = Array.from({ length: questions.length });
  let next = 0;
  const worker = async () => {
    while (next < questions.length) {
      const at = next++;
      const question = questions[at]!;
      const key = JSON.stringify([question.method, question.params]);
      if (!asked.has(key)) asked.set(key, ask(url, question, at + 1, signal));
      answers[at] = await asked.get(key);
    }
  };
  await Promise.all(Array.from({ length: QUESTIONS_AT_ONCE }, worker));
  return { name: nodeName(url), answers };
}

/**
 * A node that is asked about many receipts: each distinct question goes out once, and what it did
 * not answer once it is not asked again, so that a node that is silent holds up the first receipt
 * alone.
 */
export class ChainNode {
  readonly #url: string;
  readonly #deadlineMs: number;
  readonly #answers = new Map<string, Promise<Json | undefined>>();
  #isSilent = false;

  constructor(url: string, deadlineMs = DEADLINE_MS) {
    this.#url = url;
    this.#deadlineMs = deadlineMs;
  }

  async ask(questions: readonly ChainQuestion[]): Promise<ChainSource> {
    const keys = questions.map(({ method, params }) => JSON.stringify([method, params]));
    const open = questions.filter((_, i) => !this.#answers.has(keys[i]!));
    const asked = open.length === 0 || this.#isSilent ? undefined : askNode(this.#url, open, this.#deadlineMs);
    open.forEach((question, i) => {
      const answer = asked?.then(({ answers }) => answers[i]) ?? Promise.resolve(undefined);
      this.#answers.set(JSON.stringify([question.method, question.params]), answer);
    });
    if (asked !== undefined && (await asked).answers.every((answer) => answer === undefined)) this.#isSilent = true;
    return { name: nodeName(this.#url), answers: await Promise.all(keys.map((key) => this.#answers.get(key)!)) };
  }
}

/**
 * How reports name a node: its URL without user, password, query, and without path parts that look
 * like access keys.
 */
export function nodeName(url: string): string {
  if (!URL.canParse(url)) return 'unreadable URL';
  const { protocol, host, pathname } = new URL(url);
  const path = pathname.replaceAll(/[A-Za-z0-9_-]{24,}/g, '…').replace(/\/$/, '');
  return `${protocol}//${host}${path}`;
}

async function ask(
  url: string,
  { method, params }: ChainQuestion,
  id: number,
  signal: AbortSignal,
): Promise<Json | undefined> {
  try {
    const { address, authorization } = splitCredentials(url);
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      signal,
    });
    const envelope = parseJson('answer', await readBody(response, MAX_ANSWER_BYTES), MAX_ANSWER_BYTES);
    if (isJsonObject(envelope) && envelope['id'] !== id) return undefined;
    const read = readEnvelope(envelope);
    return 'result' in read ? read.result : undefined;
  } catch {
    return undefined; // no answer, or none that can be read: the verifier says so
  }
}

/** `fetch` refuses a URL with a password in it; the same goes as a header. */
function splitCredentials(url: string): { address: string; authorization: string | undefined } {
  const address = new URL(url);
  const { username, password } = address;
  address.username = address.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = username === '' ? undefined : `Basic ${toBase64(utf8Bytes(pair))}`;
  return { address: address.href, authorization };
}
