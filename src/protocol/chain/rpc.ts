import { fromHex0x, toHex0x } from '../encoding/bytes.ts';
import { parseDecimal } from '../encoding/decimal.ts';
import { ProtocolError } from '../encoding/errors.ts';
import { isJsonObject, type Json } from '../encoding/json.ts';
import { list, members, text, wrong } from '../encoding/shape.ts';

/**
 * A question to a node of the chain, which the caller sends by JSON-RPC. Nodes are untrusted: every
 * answer is parsed strictly, and one that does not parse counts as none.
 */
export interface ChainQuestion {
  readonly method: string;
  readonly params: readonly Json[];
}

/**
 * Who chose a node: its verifier, or the operator, by an address in a trust file or by running the
 * node on a host of the service.
 */
export type NodeChooser = 'verifier' | 'operator';

/** A node as reports name it. */
export interface ChainNodeName {
  /** Its URL without credentials. */
  readonly name: string;
  /**
   * Its host and port, with all names of the loopback interface as one: one address is one node.
   */
  readonly address: string;
}

/**
 * The answers of one node to a list of questions, in their order; undefined where it gave no usable
 * answer.
 */
export interface ChainAnswers extends ChainNodeName {
  readonly answers: readonly (Json | undefined)[];
}

/** The answers of a node, and who chose it, which decides what they count for. */
export interface ChainSource extends ChainAnswers {
  readonly by: NodeChooser;
}

export type BlockTag = 'latest' | 'safe' | 'finalized';

export function chainIdQuestion(): ChainQuestion {
  return { method: 'eth_chainId', params: [] };
}

export function codeQuestion(contract: string): ChainQuestion {
  return { method: 'eth_getCode', params: [contract, 'latest'] };
}

export function blockQuestion(block: bigint | BlockTag): ChainQuestion {
  return { method: 'eth_getBlockByNumber', params: [typeof block === 'bigint' ? quantity(block) : block, false] };
}

/** A call of a view on the contract's state after that block. */
export function callQuestion(contract: string, data: string, block: bigint | BlockTag): ChainQuestion {
  return { method: 'eth_call', params: [{ to: contract, data }, typeof block === 'bigint' ? quantity(block) : block] };
}

/**
 * All logs of one block, by its hash: many nodes prune the look-up of old transactions but not old
 * receipts.
 */
export function blockLogsQuestion(blockHash: string): ChainQuestion {
  return { method: 'eth_getLogs', params: [{ blockHash }] };
}

/**
 * The logs of one contract with these topics (a list matches any of its items) in the blocks
 * [fromBlock, toBlock], both included.
 */
export function logsQuestion(
  contract: string,
  topics: readonly (string | readonly string[])[],
  fromBlock: bigint,
  toBlock: bigint,
): ChainQuestion {
  const filter = { address: contract, topics, fromBlock: quantity(fromBlock), toBlock: quantity(toBlock) };
  return { method: 'eth_getLogs', params: [filter] };
}

export interface Block {
  readonly number: bigint;
  readonly hash: string;
  readonly timestampSeconds: bigint;
}

/** Undefined where the node states that it has no such block. */
export function parseBlock(answer: Json): Block | undefined {
  if (answer === null) return undefined;
  const block = members('block', answer);
  return {
    number: parseQuantity('block number', block['number']),
    hash: hash('block hash', block['hash']),
    timestampSeconds: parseQuantity('block timestamp', block['timestamp']),
  };
}

export interface ChainLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: bigint;
  readonly blockHash: string;
  readonly transactionHash: string;
  readonly transactionIndex: number;
  /** Position within the block. */
  readonly logIndex: number;
}

const MAX_LOGS = 100_000;

export function parseLogs(answer: Json): ChainLog[] {
  return list('logs', answer, MAX_LOGS).map((item) => {
    const log = members('log', item);
    if (log['removed'] === true) throw wrong('log is marked as removed');
    return {
      address: hexText('log address', log['address'], 20),
      topics: list('log topics', log['topics'], 4).map((topic) => hexText('log topic', topic, 32)),
      data: hexText('log data', log['data']),
      blockNumber: parseQuantity('log block number', log['blockNumber']),
      blockHash: hash('log block hash', log['blockHash']),
      transactionHash: hash('log transaction hash', log['transactionHash']),
      transactionIndex: Number(parseQuantity('log transaction index', log['transactionIndex'])),
      logIndex: Number(parseQuantity('log index', log['logIndex'])),
    };
  });
}

/** 0x-hex data of any length, lower case. */
export function parseData(answer: Json): string {
  return hexText('answer', answer);
}

export function parseQuantity(what: string, value: Json | undefined): bigint {
  if (typeof value !== 'string' || !/^0x(?:0|[1-9a-f][0-9a-f]{0,15})$/i.test(value)) {
    throw new ProtocolError('quantity-invalid', `${what} is not a 0x-hex quantity`, { place: what });
  }
  return BigInt(value);
}

export function quantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** The result of a JSON-RPC response, or its error text of at most 300 characters. */
export function readEnvelope(envelope: Json): { readonly result: Json } | { readonly error: string } {
  if (!isJsonObject(envelope)) return { error: 'the answer is not a JSON-RPC object' };
  if (isJsonObject(envelope['error'])) {
    const message = envelope['error']['message'];
    return { error: typeof message === 'string' ? message.slice(0, 300) : 'the node answered with an error' };
  }
  return envelope['result'] === undefined ? { error: 'the answer has no result' } : { result: envelope['result'] };
}

/** A decimal string of the JSON formats, such as a chain id or a block number. */
export function decimal(what: string, value: Json | undefined): bigint {
  return parseDecimal(what, text(what, value, 20));
}

/** A lower-case 0x-hex string of fixed length, as the JSON formats have it. */
export function hexField(what: string, value: Json | undefined, lengthBytes: number): string {
  const field = text(what, value, 2 + 2 * lengthBytes);
  fromHex0x(what, field, lengthBytes);
  return field;
}

function hash(what: string, value: Json | undefined): string {
  return hexText(what, value, 32);
}

function hexText(what: string, value: Json | undefined, lengthBytes?: number): string {
  if (typeof value !== 'string') throw wrong(`${what} should be a string`, { place: what, expected: 'a string' });
  return toHex0x(fromHex0x(what, value.toLowerCase(), lengthBytes));
}
