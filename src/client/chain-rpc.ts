import { toBase64, utf8Bytes } from '../protocol/encoding/bytes.ts';
import { type ChainAnswers, type ChainQuestion, readEnvelope } from '../protocol/chain/rpc.ts';
import { isJsonObject, type Json, parseJson } from '../protocol/encoding/json.ts';
import { nodeAddress, nodeName } from './node-address.ts';
import { readBoundedBody } from '../protocol/encoding/http.ts';

/**
 * Asks chain nodes by JSON-RPC. A node is not trusted: what it does not answer usably is left
 * undefined, and nothing here throws.
 */

const DEADLINE_MS = 10_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const QUESTIONS_AT_ONCE = 4;

/**
 * Asks one node all questions, each by a request of its own, since not every node takes batches.
 * Equal questions are asked once.
 *
 * @param url of the node; a user and password in it are sent as HTTP basic authentication
 * @param questions of `questionsFor`
 * @param deadlineMs for all questions together; what is not answered then stays unanswered
 * @param stop ends all requests
 * @returns name and address of the node, and its answers in the order of the questions; never
 *   rejects
 */
export async function askNode(
  url: string,
  questions: readonly ChainQuestion[],
  deadlineMs = DEADLINE_MS,
  stop?: AbortSignal,
): Promise<ChainAnswers> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = stop === undefined ? deadline : AbortSignal.any([deadline, stop]);
  const requests = new Map<string, Promise<Json | undefined>>();
  const answers: (Json | undefined)[] = Array.from({ length: questions.length });
  let next = 0;
  const worker = async () => {
    while (next < questions.length) {
      const at = next++;
      const question = questions[at]!;
      const key = JSON.stringify([question.method, question.params]);
      if (!requests.has(key)) requests.set(key, ask(url, question, at + 1, signal));
      answers[at] = await requests.get(key);
    }
  };
  await Promise.all(Array.from({ length: QUESTIONS_AT_ONCE }, worker));
  return { name: nodeName(url), address: nodeAddress(url), answers };
}

/**
 * A node that is asked about many receipts. Each distinct question is sent once, also one that was
 * not answered, and a node that answers nothing is not asked again: it delays the first receipt
 * only.
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

  /** The node's answers in the order of the questions; never rejects. */
  async ask(questions: readonly ChainQuestion[]): Promise<ChainAnswers> {
    const keys = questions.map(({ method, params }) => JSON.stringify([method, params]));
    const open = questions.filter((_, i) => !this.#answers.has(keys[i]!));
    const request = open.length === 0 || this.#isSilent ? undefined : askNode(this.#url, open, this.#deadlineMs);
    open.forEach((question, i) => {
      const answer = request?.then(({ answers }) => answers[i]) ?? Promise.resolve(undefined);
      this.#answers.set(JSON.stringify([question.method, question.params]), answer);
    });
    if (request !== undefined && (await request).answers.every((answer) => answer === undefined)) this.#isSilent = true;
    return {
      name: nodeName(this.#url),
      address: nodeAddress(this.#url),
      answers: await Promise.all(keys.map((key) => this.#answers.get(key)!)),
    };
  }
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
    const envelope = parseJson('answer', await readBoundedBody(response, MAX_ANSWER_BYTES), MAX_ANSWER_BYTES);
    if (isJsonObject(envelope) && envelope['id'] !== id) return undefined;
    const read = readEnvelope(envelope);
    return 'result' in read ? read.result : undefined;
  } catch {
    return undefined; // no usable answer; the verifier reports it
  }
}

/** `fetch` refuses a URL with a password in it; as a header it is accepted. */
function splitCredentials(url: string): { address: string; authorization: string | undefined } {
  const address = new URL(url);
  const { username, password } = address;
  address.username = address.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = username === '' ? undefined : `Basic ${toBase64(utf8Bytes(pair))}`;
  return { address: address.href, authorization };
}
