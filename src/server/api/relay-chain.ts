import * as z from 'zod';
import { readJsonBody } from '../../http/body.ts';
import { addressGroup, clientOf } from '../../http/client.ts';
import { goneSignal } from '../../http/gone.ts';
import { Slots } from '../../http/slots.ts';
import { validate } from '../../http/validate.ts';
import { RELAY_PATH } from '../../kinds/paths.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { define, jsonAnswer, type ServerParts } from '../operation.ts';
import { RATES } from '../rates.ts';
import { questionOf, relayedQuestionSchema } from '../relayed-question.ts';

const MAX_BODY_BYTES = 16 * 1024;
const MAX_ANSWER_CHARACTERS = 1024 * 1024;
/** One question is asked at a time; a page asks about ten. */
const MAX_WAITING = 64;
/** Nobody fills the line alone. */
const MAX_OF_ONE_ADDRESS = 32;

const Answer = z
  .object({ jsonrpc: z.literal('2.0'), id: z.number(), result: z.unknown().optional(), error: z.unknown().optional() })
  .meta({ id: 'ChainAnswer', description: 'JSON-RPC 2.0; `error` where no node gave a usable answer.' });
const Question = z
  .object({ jsonrpc: z.literal('2.0'), id: z.number(), method: z.string(), params: z.array(z.unknown()) })
  .meta({ id: 'ChainQuestion', description: 'JSON-RPC 2.0, one of the questions of a verification or an audit.' });

export default define(
  {
    method: 'post',
    path: RELAY_PATH,
    id: 'askChain',
    tag: 'verification',
    act: 'public',
    summary: 'Ask the chain what a verification or an audit needs, for those who reach no node of their own',
    description:
      'The operator relays the answers and answers for the chain: they count as those of its own node, never as independent. Taken are `eth_chainId`, `eth_getCode` and views of the contract, blocks by number without transactions, the logs of one block, and the anchors of one log in a range of blocks. One question is asked at a time, and at most 64 wait, 32 of one address (`chain-busy`); a body has at most 16 KiB, an answer at most 1 MiB.',
    rate: RATES.chain,
    body: {
      mediaType: 'application/json',
      schema: Question,
      example: { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] },
    },
    answers: { 200: jsonAnswer('the answer of a node', Answer, { jsonrpc: '2.0', id: 1, result: '0x7a69' }) },
    problems: ['body-too-large', 'media-type-unsupported', 'validation-failed', 'chain-busy'],
  },
  (parts) => {
    const waiting = new Map<string, number>();
    const slots = new Slots({ atOnce: 1, waiting: MAX_WAITING, refusal: () => new LedgerError('chain-busy') });
    return async (request, response) => {
      const body = await readJsonBody(request, MAX_BODY_BYTES, parts.fairQueue);
      const asked = validate(relayedQuestionSchema(parts.trust().chain.contract), body);
      const gone = goneSignal(response);
      const address = addressGroup(clientOf(request));
      const before = waiting.get(address) ?? 0;
      if (before >= MAX_OF_ONE_ADDRESS) throw new LedgerError('chain-busy');
      waiting.set(address, before + 1);
      const answered = slots.run(async () => (gone.aborted ? undefined : askOnce(parts, asked)));
      const result = await answered.finally(() => {
        const left = waiting.get(address)! - 1;
        if (left === 0) waiting.delete(address);
        else waiting.set(address, left);
      });
      const { id } = asked;
      response.json({ jsonrpc: '2.0', id, ...(result === undefined ? { error: NO_ANSWER } : { result }) });
    };
  },
);

const NO_ANSWER = { code: -32000, message: 'no node gave a usable answer' };

async function askOnce({ askChain }: ServerParts, asked: Parameters<typeof questionOf>[0]) {
  const answers = await askChain([questionOf(asked)]);
  const result = answers.map(({ answers: [answer] }) => answer).find((answer) => answer !== undefined);
  return JSON.stringify(result)?.length > MAX_ANSWER_CHARACTERS ? undefined : result;
}
