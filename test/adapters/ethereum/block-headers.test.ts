import { RLP } from '@ethereumjs/rlp';
import { JsonRpcProvider, Wallet } from 'ethers';
import { describe, expect, test } from 'vitest';
import { headerOf, receiptProofOf } from '../../../src/adapters/ethereum/block-proof.ts';
import { fromHex0x, toHex0x } from '../../../src/protocol/encoding/bytes.ts';
import { keccak256 } from '../../../src/protocol/chain/abi.ts';
import { provenLogs, readHeader } from '../../../src/protocol/chain/block-proof.ts';
import { CLIENTS } from './clients.ts';

/**
 * Blocks as nodes of several kinds report them, and the header built from each: it must hash to the
 * reported block hash.
 */

const EMPTY_LIST = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';
const EMPTY_TRIE = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
const NO_BLOOM = `0x${'0'.repeat(512)}`;
const hash32 = (byte: string) => `0x${byte.padStart(64, '0')}`;

type Block = Readonly<Record<string, unknown>>;
type Rlp = Parameters<typeof RLP.encode>[0];

const providerOf = (block: Block | null) => ({ send: () => Promise.resolve(block) }) as unknown as JsonRpcProvider;
const made = (block: Block, hash = block['hash'] as string) => headerOf(providerOf(block), hash);

/** The first block of the public chain, as everybody has it. */
const FRONTIER: Block = {
  parentHash: '0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3',
  sha3Uncles: EMPTY_LIST,
  miner: '0x05a56e2d52c817161883f50c441c3228cfe54d9f',
  stateRoot: '0xd67e4d450343046425ae4271474353857ab860dbc0a1dde64b41b5cd3a532bf3',
  transactionsRoot: EMPTY_TRIE,
  receiptsRoot: EMPTY_TRIE,
  logsBloom: NO_BLOOM,
  difficulty: '0x3ff800000',
  number: '0x1',
  gasLimit: '0x1388',
  gasUsed: '0x0',
  timestamp: '0x55ba4224',
  extraData: '0x476574682f76312e302e302f6c696e75782f676f312e342e32',
  mixHash: '0x969b900de27b6ac6a67742365dd65f55a0526c41fd18e1b16f1a1215c2e66f59',
  nonce: '0x539bd4979fef1ec4',
  totalDifficulty: '0x7ff800000',
  hash: '0x88e96d4537bea4d9c05d12549907b32561d3bf31f45aae734cdc119f13406cb6',
};

/** Drawn fields, hashed by go-ethereum 1.17.10. */
const PRAGUE: Block = {
  ...FRONTIER,
  parentHash: hash32('11'),
  miner: '0x0000000000000000000000000000000000000022',
  stateRoot: hash32('33'),
  difficulty: '0x0',
  number: '0x63',
  gasLimit: '0x2255100',
  gasUsed: '0x5208',
  timestamp: '0x6b49d200',
  extraData: '0xcafe',
  mixHash: hash32('44'),
  nonce: '0x0000000000000000',
  baseFeePerGas: '0x7',
  withdrawalsRoot: hash32('55'),
  blobGasUsed: '0x0',
  excessBlobGas: '0x20000',
  parentBeaconBlockRoot: hash32('66'),
  requestsHash: hash32('77'),
  hash: '0x8297d2bd2e90b30f984e0c3ac66737ba975b93ec371d64670bbca86a6b4fe42a',
};
const AMSTERDAM: Block = {
  ...PRAGUE,
  blockAccessListHash: hash32('88'),
  slotNumber: '0x3039',
  hash: '0x271a97d9d39f6618ed0e67f325386eebff8f41a1c25e9b98c7ebf1f93e170cc6',
};

describe('headers that hash to what other clients computed', () => {
  test.each([
    ['of 15 fields', FRONTIER, 15],
    ['of 21 fields', PRAGUE, 21],
    ['of 23 fields', AMSTERDAM, 23],
    ['with fields that are null', { ...PRAGUE, blockAccessListHash: null, slotNumber: null }, 21],
  ])('%s', async (_, block, count) => {
    const header = (await made(block))!;
    expect(toHex0x(keccak256(header))).toBe(block['hash']);
    expect(RLP.decode(header)).toHaveLength(count);
    expect(readHeader(header).number).toBe(BigInt(block['number'] as string));
  });

  test('no header where a field differs from what was hashed or is missing, or there is no such block', async () => {
    expect(await made({ ...PRAGUE, gasUsed: '0x5209' })).toBeUndefined();
    const { blobGasUsed: _, ...missing } = PRAGUE;
    expect(await made(missing)).toBeUndefined();
    const { mixHash: __, ...short } = FRONTIER;
    expect(await made(short)).toBeUndefined();
    expect(await headerOf(providerOf(null), hash32('1'))).toBeUndefined();
  });
});

/**
 * Besu's rules: the node shows `extraData` with round and seals, and the block's hash is over
 * another form of it. QBFT writes round 0 and no seals in their places (`QbftExtraDataCodec`), IBFT
 * 2.0 ends after the vote (`IbftExtraDataCodec`), and has the round as four bytes.
 */
describe('blocks that their validators signed', () => {
  const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
  const vanity = bytes(32, 0);
  const validators = [1, 2, 3, 4].map((value) => bytes(20, value));
  const seals = [5, 6, 7].map((value) => bytes(65, value));
  const vote = [bytes(20, 9), Uint8Array.of(0xff)];
  const none = new Uint8Array(0);

  const EARLY = ['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom'];
  const LATE = ['mixHash', 'nonce'];
  const compact = (value: unknown) => {
    const digits = BigInt(value as string).toString(16);
    if (digits === '0') return none;
    return fromHex0x('number', `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`);
  };
  const exact = (value: unknown) => fromHex0x('b', value as string);

  /** A block of the chain as Besu would hash it, field by field. */
  function blockOf(shown: Rlp, hashed: Rlp, later: Block = {}): { block: Block; header: Uint8Array } {
    const block: Block = {
      ...FRONTIER,
      difficulty: '0x1',
      number: '0x2a',
      gasLimit: '0x1fffffffffffff',
      mixHash: '0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365',
      nonce: '0x0000000000000000',
      extraData: toHex0x(RLP.encode(shown)),
      ...later,
    };
    const header = RLP.encode([
      ...EARLY.map((name) => exact(block[name])),
      ...['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp'].map((name) => compact(block[name])),
      RLP.encode(hashed),
      ...LATE.map((name) => exact(block[name])),
      ...Object.entries(later).map(([name, value]) => (name === 'withdrawalsRoot' ? exact(value) : compact(value))),
    ]);
    return { block: { ...block, hash: toHex0x(keccak256(header)) }, header };
  }

  const SHANGHAI = { baseFeePerGas: '0x0', withdrawalsRoot: EMPTY_TRIE };
  const qbft = (round: Uint8Array, voted: Rlp = []) => ({
    shown: [vanity, validators, voted, round, seals],
    hashed: [vanity, validators, voted, none, []],
  });
  const ibft = (round: number, voted: Rlp = none) => ({
    shown: [vanity, validators, voted, Uint8Array.of(0, 0, 0, round), seals],
    hashed: [vanity, validators, voted],
  });
  const kinds: readonly { name: string; shown: Rlp; hashed: Rlp; later?: Block }[] = [
    { name: 'QBFT', ...qbft(none) },
    { name: 'QBFT after a change of round', ...qbft(Uint8Array.of(3)) },
    { name: 'QBFT with a vote', ...qbft(none, vote) },
    {
      name: 'QBFT with validators in a contract',
      shown: [vanity, [], [], none, seals],
      hashed: [vanity, [], [], none, []],
    },
    { name: 'QBFT with later forks', ...qbft(none), later: SHANGHAI },
    { name: 'IBFT 2.0', ...ibft(0) },
    { name: 'IBFT 2.0 after a change of round, with a vote', ...ibft(2, vote) },
    { name: 'IBFT 2.0 with later forks', ...ibft(0), later: SHANGHAI },
  ];

  test.each(kinds)('$name: the header is the one without their seals', async ({ shown, hashed, later }) => {
    const { block, header } = blockOf(shown, hashed, later);
    expect(toHex0x((await made(block))!)).toBe(toHex0x(header));
    expect(readHeader(header)).toMatchObject({ hash: block['hash'], number: 42n });
  });

  test('the header covers the validators but not which of them signed', async () => {
    const hashed = [vanity, validators, [], none, []];
    const { block, header } = blockOf([vanity, validators, [], none, seals], hashed);
    const others = RLP.encode([vanity, validators, [], none, seals.slice(1)]);
    expect(await made({ ...block, extraData: toHex0x(others) })).toEqual(header);
    const strangers = RLP.encode([vanity, validators.slice(1), [], none, seals]);
    expect(await made({ ...block, extraData: toHex0x(strangers) })).toBeUndefined();
  });
});

test.each(Object.entries(CLIENTS))('receipts of legacy transactions next to newer types, on %s', async (_, open) => {
  const client = await open();
  const wallet = new Wallet(client.privateKey);
  const provider = new JsonRpcProvider(client.url, undefined, { staticNetwork: true });
  try {
    const chainId = BigInt((await client.rpc('eth_chainId')) as string);
    const first = Number(await client.rpc('eth_getTransactionCount', [wallet.address, 'latest']));
    const price = 100n * 10n ** 9n;
    const fees = [
      { type: 0, gasPrice: price },
      { type: 2, maxFeePerGas: price, maxPriorityFeePerGas: 1n },
      { type: 1, gasPrice: price },
    ];
    for (const [i, fee] of fees.entries()) {
      const call = { chainId, nonce: first + i, to: wallet.address, gasLimit: 30_000n, ...fee };
      await client.rpc('eth_sendRawTransaction', [await wallet.signTransaction(call)]);
    }
    await client.mine();
    const block = (await client.rpc('eth_getBlockByNumber', ['latest', false])) as {
      hash: string;
      transactions: string[];
    };
    expect(block.transactions).toHaveLength(fees.length);
    for (const i of fees.keys()) {
      const { header, receiptProof } = (await receiptProofOf(provider, block.hash, i))!;
      expect(provenLogs(readHeader(header), i, receiptProof)).toEqual([]);
    }
  } finally {
    provider.destroy();
    await client.close();
  }
});
