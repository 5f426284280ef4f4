import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import type { JsonRpcProvider } from 'ethers';
import { fromHex0x, toHex0x } from '../../protocol/encoding/bytes.ts';
import { keccak256 } from '../../protocol/chain/abi.ts';
import { provenLogs, readHeader } from '../../protocol/chain/block-proof.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';

/**
 * Headers and proofs of transaction receipts in RLP, built from a node's JSON. The result is
 * checked by the reader that verifiers use: where a chain hashes its blocks in an unknown way there
 * is no proof, and verifiers check anchors by asking nodes.
 */

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a header in their order. The later ones came with forks: a chain has all fields up
 * to those of its newest fork.
 */
const HEADER_FIELDS: readonly (readonly [string, 'bytes' | 'number'])[] = [
  ['parentHash', 'bytes'],
  ['sha3Uncles', 'bytes'],
  ['miner', 'bytes'],
  ['stateRoot', 'bytes'],
  ['transactionsRoot', 'bytes'],
  ['receiptsRoot', 'bytes'],
  ['logsBloom', 'bytes'],
  ['difficulty', 'number'],
  ['number', 'number'],
  ['gasLimit', 'number'],
  ['gasUsed', 'number'],
  ['timestamp', 'number'],
  ['extraData', 'bytes'],
  ['mixHash', 'bytes'],
  ['nonce', 'bytes'],
  ['baseFeePerGas', 'number'],
  ['withdrawalsRoot', 'bytes'],
  ['blobGasUsed', 'number'],
  ['excessBlobGas', 'number'],
  ['parentBeaconBlockRoot', 'bytes'],
  ['requestsHash', 'bytes'],
  ['blockAccessListHash', 'bytes'],
  ['slotNumber', 'number'],
];
const EXTRA_DATA = 12;
const RECEIPTS_AT_ONCE = 8;

/**
 * The header of a block by its hash; undefined where the node has no such block, or no encoding of
 * the header has that hash.
 */
export async function headerOf(provider: JsonRpcProvider, hash: string): Promise<Uint8Array | undefined> {
  const block = await blockOf(provider, hash);
  return block && encodeHeader(block, hash);
}

/**
 * The trie nodes from the receipts root of a block to the receipt of one of its transactions;
 * undefined where the node's receipts do not lead to that root.
 */
export async function receiptProofOf(
  provider: JsonRpcProvider,
  hash: string,
  transactionIndex: number,
): Promise<{ readonly header: Uint8Array; readonly receiptProof: readonly Uint8Array[] } | undefined> {
  const block = await blockOf(provider, hash);
  const header = block && encodeHeader(block, hash);
  if (block === undefined || header === undefined) return undefined;
  const receipts = await receiptsOf(provider, block['transactions'] as readonly string[]);
  const trie = await createMPT();
  for (const [i, receipt] of receipts.entries()) await trie.put(RLP.encode(i), encodeReceipt(receipt));
  const receiptProof = await createMerkleProof(trie, RLP.encode(transactionIndex));
  try {
    provenLogs(readHeader(header), transactionIndex, receiptProof);
    return { header, receiptProof };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

async function blockOf(provider: JsonRpcProvider, hash: string): Promise<Fields | undefined> {
  return ((await provider.send('eth_getBlockByHash', [hash, false])) as Fields | null) ?? undefined;
}

function encodeHeader(block: Fields, hash: string): Uint8Array | undefined {
  const fields = HEADER_FIELDS.map(([name, kind]) => encodeField(block[name], kind));
  const count = fields.indexOf(undefined);
  const known = (count < 0 ? fields : fields.slice(0, count)) as Uint8Array[];
  if (known.length <= EXTRA_DATA) return undefined;
  const extraData = known[EXTRA_DATA]!;
  return [extraData, ...withoutSeals(extraData)]
    .map((extra) => RLP.encode(known.map((field, i) => (i === EXTRA_DATA ? extra : field))))
    .find((header) => toHex0x(keccak256(header)) === hash);
}

/**
 * Validators of QBFT and IBFT 2.0 sign the block in its own `extraData`, which is a list of vanity,
 * validators, vote, round and seals. Besu hashes it without what was added by their signing: QBFT
 * with round 0 and no seals in their places, IBFT 2.0 without the last two items.
 */
function withoutSeals(extraData: Uint8Array): Uint8Array[] {
  let items: unknown;
  try {
    items = RLP.decode(extraData);
  } catch {
    return []; // another kind of chain
  }
  if (!Array.isArray(items) || items.length !== 5) return [];
  const [vanity, validators, vote] = items as Parameters<typeof RLP.encode>[0][];
  const forms = [
    [vanity, validators, vote, new Uint8Array(0), []],
    [vanity, validators, vote],
  ];
  return forms.map((form) => RLP.encode(form as Parameters<typeof RLP.encode>[0]));
}

function encodeField(value: unknown, kind: 'bytes' | 'number'): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  if (kind === 'bytes') return fromHex0x('field', value.toLowerCase());
  const digits = value.slice(2).replace(/^0+/, '').toLowerCase();
  return fromHex0x('field', `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`);
}

/** All receipts of a block. `eth_getBlockReceipts` is not offered everywhere. */
async function receiptsOf(provider: JsonRpcProvider, hashes: readonly string[]): Promise<Fields[]> {
  const receipts: Fields[] = [];
  for (let at = 0; at < hashes.length; at += RECEIPTS_AT_ONCE) {
    const some = hashes.slice(at, at + RECEIPTS_AT_ONCE);
    receipts.push(...(await Promise.all(some.map((hash) => receiptOf(provider, hash)))));
  }
  return receipts;
}

async function receiptOf(provider: JsonRpcProvider, hash: string): Promise<Fields> {
  const receipt = (await provider.send('eth_getTransactionReceipt', [hash])) as Fields | null;
  if (receipt === null) throw new Error(`the node has no receipt of transaction ${hash} of its own block`);
  return receipt;
}

/** EIP-2718: the type, which is left out where it is 0, followed by the receipt. */
function encodeReceipt(receipt: Fields): Uint8Array {
  const logs = (receipt['logs'] as readonly Fields[]).map(({ address, topics, data }) => [
    encodeField(address, 'bytes')!,
    (topics as readonly string[]).map((topic) => encodeField(topic, 'bytes')!),
    encodeField(data, 'bytes')!,
  ]);
  const content = RLP.encode([
    encodeField(receipt['status'], 'number')!,
    encodeField(receipt['cumulativeGasUsed'], 'number')!,
    encodeField(receipt['logsBloom'], 'bytes')!,
    logs,
  ]);
  const type = Number(receipt['type'] ?? 0);
  return type === 0 ? content : Uint8Array.from([type, ...content]);
}
