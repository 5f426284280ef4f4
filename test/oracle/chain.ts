import { AbiCoder, id, Interface, keccak256, toUtf8Bytes } from 'ethers';
import { sha256 } from './merkle.ts';
import type { Json, JsonObject } from '../../src/protocol/encoding/json.ts';

/** The contract's interface by ethers: an independent check of our encoding. */
export const anchorInterface = new Interface([
  'function head(bytes32) view returns (uint64 size, bytes32 root, uint64 time, uint64 count)',
  'function rootAt(bytes32, uint64) view returns (bytes32)',
  'function endorsedSize(bytes32, address) view returns (uint64)',
  'function endorse(bytes32, uint64, bytes32)',
  'event Endorsed(bytes32 indexed logId, address indexed endorser, uint64 size, bytes32 root)',
  'event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize, uint64 anchorIndex)',
]);

export function logIdOf(operator: string, vkey: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'bytes32'], [operator, keccak256(toUtf8Bytes(vkey))]));
}

export interface FakeAnchor {
  logId: string;
  size: bigint;
  root: string;
  previousSize: bigint;
  anchorIndex: bigint;
  block: number;
}

/**
 * A chain with one contract in memory that answers JSON-RPC questions; tests change its content.
 */
export class FakeChain {
  chainId = 31_337n;
  seed = 'a';
  contract = `0x${'c0'.repeat(20)}`;
  code = '0x6080604052';
  /** The number of the newest block, and of the newest final one. */
  latest = 0;
  final = 0;
  anchors: FakeAnchor[] = [];
  /** Endorsed sizes by address, the same for every log. */
  endorsed: Record<string, bigint> = {};
  /** The block of the endorsements. */
  endorsedInBlock = 0;
  /** Answers that replace the honest ones, by method. */
  lies: Record<string, (params: readonly Json[], honest: Json | undefined) => Json | undefined> = {};

  get codeHash(): string {
    return keccak256(this.code);
  }

  blockHash(number: number): string {
    return `0x${sha256(`block ${this.seed} ${number}`).toString('hex')}`;
  }

  txHash(number: number): string {
    return `0x${sha256(`transaction ${this.seed} ${number}`).toString('hex')}`;
  }

  mine(blocks = 1): void {
    this.latest += blocks;
    this.final = this.latest;
  }

  /** Mines one anchor in a new block, after another contract's event in the same transaction. */
  anchor(logId: string, size: bigint, root: Uint8Array): FakeAnchor {
    this.mine();
    const before = this.anchors.filter((anchor) => anchor.logId === logId);
    const anchor = {
      logId,
      size,
      root: `0x${Buffer.from(root).toString('hex')}`,
      previousSize: before.at(-1)?.size ?? 0n,
      anchorIndex: BigInt(before.length),
      block: this.latest,
    };
    this.anchors.push(anchor);
    return anchor;
  }

  answer({ method, params }: { method: string; params: readonly Json[] }): Json | undefined {
    const honest = this.#honest(method, params);
    return Object.hasOwn(this.lies, method) ? this.lies[method]!(params, honest) : honest;
  }

  #honest(method: string, params: readonly Json[]): Json | undefined {
    switch (method) {
      case 'eth_chainId':
        return quantity(this.chainId);
      case 'eth_getCode':
        return params[0] === this.contract ? this.code : '0x';
      case 'eth_getBlockByNumber':
        return this.#block(params[0] as string);
      case 'eth_call':
        return this.#call(params[0] as { to: string; data: string }, params[1] as string);
      case 'eth_getLogs':
        return this.#logs(params[0] as JsonObject);
      default:
        return undefined;
    }
  }

  #block(tag: string): Json {
    const number = this.#numberOf(tag);
    if (number > this.latest) return null;
    return { number: quantity(number), hash: this.blockHash(number), timestamp: quantity(1_700_000_000 + 12 * number) };
  }

  #numberOf(tag: string): number {
    const named: Record<string, number> = { latest: this.latest, finalized: this.final, safe: this.final };
    return named[tag] ?? Number(tag);
  }

  #call({ to, data }: { to: string; data: string }, tag: string): Json | undefined {
    if (to !== this.contract) return '0x';
    const call = anchorInterface.parseTransaction({ data })!;
    const upTo = this.#numberOf(tag);
    const anchors = this.anchors.filter(({ logId, block }) => logId === call.args[0] && block <= upTo);
    const encode = (...values: unknown[]) => anchorInterface.encodeFunctionResult(call.name, values);
    switch (call.name) {
      case 'head': {
        const head = anchors.at(-1);
        const empty = `0x${sha256().toString('hex')}`;
        return encode(head?.size ?? 0n, head?.root ?? empty, head ? 1_700_000_000 : 0, anchors.length);
      }
      case 'rootAt':
        return encode(anchors.find(({ size }) => size === call.args[1])?.root ?? `0x${'00'.repeat(32)}`);
      default:
        return encode(upTo < this.endorsedInBlock ? 0n : (this.endorsed[String(call.args[1]).toLowerCase()] ?? 0n));
    }
  }

  #logs(filter: JsonObject): Json {
    const topics = filter['topics'] as (string | string[] | null)[] | undefined;
    const isWanted = (log: { address: string; topics: string[]; blockNumber: string; blockHash: string }) =>
      filter['blockHash'] !== undefined
        ? log.blockHash === filter['blockHash']
        : log.address === filter['address'] &&
          Number(log.blockNumber) >= Number(filter['fromBlock']) &&
          Number(log.blockNumber) <= Number(filter['toBlock']) &&
          (topics ?? []).every((topic, i) => topic === null || [topic].flat().includes(log.topics[i]!));
    return this.anchors.flatMap((anchor) => [this.#stranger(anchor), this.#log(anchor)]).filter(isWanted);
  }

  #log(anchor: FakeAnchor) {
    const { logId, size, root, previousSize, anchorIndex } = anchor;
    const { topics, data } = anchorInterface.encodeEventLog('Anchored', [logId, size, root, previousSize, anchorIndex]);
    return { ...this.#place(anchor.block), address: this.contract, topics, data, logIndex: '0x4' };
  }

  #stranger({ block }: FakeAnchor) {
    const address = `0x${'57'.repeat(20)}`;
    return { ...this.#place(block), address, topics: [id('Else()')], data: '0x', logIndex: '0x3' };
  }

  #place(block: number) {
    return {
      blockNumber: quantity(block),
      blockHash: this.blockHash(block),
      transactionHash: this.txHash(block),
      transactionIndex: '0x2',
      removed: false,
    };
  }
}

function quantity(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
