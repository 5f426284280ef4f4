import * as z from 'zod';
import { ANCHORED_TOPIC, endorsedSizeCall, headCall, rootAtCall } from '../protocol/chain/contract.ts';
import {
  blockLogsQuestion,
  blockQuestion,
  callQuestion,
  type ChainQuestion,
  chainIdQuestion,
  codeQuestion,
  logsQuestion,
} from '../protocol/chain/rpc.ts';

/** The questions of verifications and audits that others may ask the chain through the service. */

const hash32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const tag = z.enum(['latest', 'safe', 'finalized']);
const blockNumber = z.string().regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,15})$/);
const block = z.union([tag, blockNumber]);

const ZERO = `0x${'0'.repeat(64)}`;
const SELECTOR_LENGTH = '0x00000000'.length;
/** Of the views that a verification calls. */
const SELECTORS = [rootAtCall(ZERO, 0n), headCall(ZERO), endorsedSizeCall(ZERO, `0x${'0'.repeat(40)}`)].map((call) =>
  call.slice(0, SELECTOR_LENGTH),
);
const MAX_CALL_LENGTH = SELECTOR_LENGTH + 4 * 64;

const envelope = { jsonrpc: z.literal('2.0'), id: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) };

/**
 * A JSON-RPC request about this contract. What is asked of the node is made again from its values:
 * nothing else of a request reaches a node.
 */
export function relayedQuestionSchema(contract: string) {
  const to = z.literal(contract);
  const data = z
    .string()
    .regex(/^0x[0-9a-f]*$/)
    .max(MAX_CALL_LENGTH)
    .refine((text) => SELECTORS.includes(text.slice(0, SELECTOR_LENGTH)));
  return z.discriminatedUnion('method', [
    z.strictObject({ ...envelope, method: z.literal('eth_chainId'), params: z.tuple([]) }),
    z.strictObject({ ...envelope, method: z.literal('eth_getCode'), params: z.tuple([to, z.literal('latest')]) }),
    z.strictObject({
      ...envelope,
      method: z.literal('eth_getBlockByNumber'),
      params: z.tuple([block, z.literal(false)]),
    }),
    z.strictObject({
      ...envelope,
      method: z.literal('eth_call'),
      params: z.tuple([z.strictObject({ to, data }), block]),
    }),
    z.strictObject({
      ...envelope,
      method: z.literal('eth_getLogs'),
      params: z.tuple([
        z.union([
          z.strictObject({ blockHash: hash32 }),
          z.strictObject({
            address: to,
            topics: z.tuple([z.literal(ANCHORED_TOPIC), hash32]),
            fromBlock: blockNumber,
            toBlock: blockNumber,
          }),
        ]),
      ]),
    }),
  ]);
}

type RelayedRequest = z.infer<ReturnType<typeof relayedQuestionSchema>>;
type LogFilter = Extract<RelayedRequest, { method: 'eth_getLogs' }>['params'][0];

/** The question of a request, made from its values. */
export function questionOf(request: RelayedRequest): ChainQuestion {
  switch (request.method) {
    case 'eth_chainId':
      return chainIdQuestion();
    case 'eth_getCode':
      return codeQuestion(request.params[0]);
    case 'eth_getBlockByNumber':
      return blockQuestion(placeOf(request.params[0]));
    case 'eth_call':
      return callQuestion(request.params[0].to, request.params[0].data, placeOf(request.params[1]));
    default:
      return logsQuestionOf(request.params[0]);
  }
}

function logsQuestionOf(filter: LogFilter): ChainQuestion {
  if ('blockHash' in filter) return blockLogsQuestion(filter.blockHash);
  const { address, topics, fromBlock, toBlock } = filter;
  return logsQuestion(address, topics, BigInt(fromBlock), BigInt(toBlock));
}

function placeOf(given: z.infer<typeof block>): bigint | z.infer<typeof tag> {
  return given === 'latest' || given === 'safe' || given === 'finalized' ? given : BigInt(given);
}
