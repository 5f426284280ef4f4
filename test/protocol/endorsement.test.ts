import { describe, expect, test } from 'vitest';
import { formatAnchor, parseAnchor } from '../../src/protocol/chain/anchor.ts';
import type { Json } from '../../src/protocol/encoding/json.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { blockQuestions, judgeBlocks } from '../../src/protocol/verify/final-blocks.ts';
import { BlockChain } from '../oracle/blocks.ts';
import {
  type AnchorJson,
  type EndorsementJson,
  receiptJson,
  testLedger,
  trustJson,
  type TrustJson,
} from '../oracle/ledger.ts';
import { complaints, Scenario, stepOf } from './scenario.ts';
import { codeOf } from './thrown.ts';

/**
 * Endorsements in a receipt: which count without a node, which add to the answers of nodes, and
 * which are contradictions.
 */

const [ONE, TWO, THREE] = ['e1', 'e2', 'e3'].map((byte) => `0x${byte.repeat(20)}`) as [string, string, string];
const chain = new BlockChain();
const ledger = testLedger(chain);
const rootOf = (size: bigint) => chain.anchors.find((anchor) => anchor.size === size)!.root;
const endorsed = (endorser: string, size: bigint, block: number, logId = ledger.logId) => ({
  logId,
  endorser,
  size,
  root: rootOf(size),
  block,
});
chain.endorsements = [
  endorsed(ONE, 7n, 14),
  endorsed(TWO, 5n, 15),
  endorsed(THREE, 3n, 16),
  endorsed(ONE, 7n, 17, `0x${'77'.repeat(32)}`),
];
await chain.build();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

async function embedded({
  endorser,
  size,
  root,
  block,
}: (typeof chain.endorsements)[number]): Promise<EndorsementJson> {
  return {
    endorser,
    size: size.toString(),
    root: Buffer.from(root.slice(2), 'hex').toString('base64'),
    blockNumber: String(block),
    blockHash: chain.blockHash(block),
    txHash: chain.txHash(block),
    transactionIndex: 2,
    logPosition: 1,
    ...(await chain.proof(block, 2)),
  };
}

type Bent = Scenario & { receipt: { anchor: AnchorJson & { endorsements: EndorsementJson[] } } };

/**
 * The anchor and the endorsements of the first two endorsers with every block pinned, so that no
 * node is needed. `k` of the two are required.
 */
async function offline(k = 1): Promise<Bent> {
  const scenario = new Scenario(5, ledger) as Bent;
  const { anchor } = scenario.receipt;
  const block = Number(anchor.blockNumber);
  Object.assign(anchor, await chain.proof(block, 2), { notBeforeHeader: `0x${hex(chain.header(4))}` });
  anchor.endorsements = await Promise.all(chain.endorsements.slice(0, 2).map(embedded));
  scenario.nodes = [];
  scenario.trust!.endorsers = { k, of: [ONE, TWO] };
  scenario.trust!.format = 'evidence-ledger/trust/v2';
  scenario.trust!.pinnedBlocks = [block, 4, 14, 15].map((number) => ({
    number: String(number),
    hash: chain.blockHash(number),
    vouchedBy: 'the court',
  }));
  return scenario;
}

const unpin = (scenario: Bent, ...numbers: number[]) => {
  const { trust } = scenario;
  trust!.pinnedBlocks = trust!.pinnedBlocks!.filter(({ number }) => !numbers.includes(Number(number)));
};

describe('without a node', () => {
  test.each([1, 2])('%i of 2, by proofs to blocks that are pinned', async (k) => {
    const report = (await offline(k)).judge();
    expect(complaints(report)).toEqual({});
    expect(report).toMatchObject({ verdict: 'VERIFIED', independence: 'pinned-block+endorsers' });
    expect(stepOf(report, 'endorsement')).toEqual({
      step: 'endorsement',
      status: 'pass',
      code: 'ok',
      expected: `>= ${k}`,
      found: `2: ${ONE} 7, ${TWO} 5`,
    });
  });

  test('an endorsement whose block is not pinned is not counted, and reported as such', async () => {
    const scenario = await offline(2);
    unpin(scenario, 14);
    const report = scenario.judge();
    expect(report.verdict).toBe('INDETERMINATE');
    expect(complaints(report)).toEqual({ endorsement: 'unknown block-not-pinned' });
    expect(report.independence).toBe('pinned-block');
    scenario.trust!.endorsers!.k = 1;
    expect(stepOf(scenario.judge(), 'endorsement').found).toBe(`1: ${TWO} 5`);
  });

  test('an endorsement without its proof, or of somebody else, is not counted', async () => {
    const scenario = await offline(2);
    delete scenario.receipt.anchor.endorsements[0]!.receiptProof;
    expect(stepOf(scenario.judge(), 'endorsement')).toMatchObject({ code: 'chain-not-asked', found: `1: ${TWO} 5` });
    const other = await offline(1);
    other.trust!.endorsers = { k: 1, of: [THREE] };
    expect(stepOf(other.judge(), 'endorsement')).toMatchObject({ status: 'unknown', found: '0' });
  });

  test('no endorsers required: none counted, and the verdict is the same', async () => {
    const scenario = await offline();
    delete scenario.trust!.endorsers;
    const report = scenario.judge();
    expect(stepOf(report, 'endorsement').status).toBe('none');
    expect(report).toMatchObject({ verdict: 'VERIFIED', independence: 'pinned-block' });
  });

  test('a pinned block beyond the anchor is no fault', async () => {
    const scenario = await offline();
    scenario.trust!.pinnedBlocks!.push({ number: '18', hash: chain.blockHash(18) });
    expect(scenario.judge().verdict).toBe('VERIFIED');
  });

  test('on a chain that the trust file does not mean, nothing is counted', async () => {
    const scenario = await offline();
    scenario.trust!.chain.contract = `0x${'c1'.repeat(20)}`;
    const report = scenario.judge();
    expect(stepOf(report, 'endorsement').status).toBe('unknown');
    expect(stepOf(report, 'anchor').code).toBe('anchor-elsewhere');
    scenario.trust!.pinnedBlocks!.find(({ number }) => number === '14')!.hash = chain.blockHash(1);
    expect(stepOf(scenario.judge(), 'endorsement').status, 'a pin of that other chain does not matter').toBe('unknown');
  });
});

describe('with nodes', () => {
  test('proven and node-reported endorsements add up; an endorser counts once', async () => {
    const scenario = await offline(2);
    unpin(scenario, 14);
    scenario.nodes = [chain];
    chain.endorsed = { [TWO]: 7n };
    expect(stepOf(scenario.judge(), 'endorsement')).toMatchObject({
      status: 'unknown',
      code: 'too-few-endorsements',
      found: `1: ${TWO} 7`,
    });
    chain.endorsed = { [ONE]: 9n };
    const report = scenario.judge();
    expect(stepOf(report, 'endorsement')).toMatchObject({ status: 'pass', found: `2: ${ONE} 9, ${TWO} 5` });
    expect(report.verdict).toBe('VERIFIED');
    chain.endorsed = { [ONE]: 4n };
    expect(stepOf(scenario.judge(), 'endorsement').found, 'too small').toBe(`1: ${TWO} 5`);
    chain.endorsed = {};
  });

  test('what nodes report counts once it is final; with confirmations they are asked at the newest block', async () => {
    const scenario = await offline(2);
    for (const number of [14, 15]) unpin(scenario, number);
    scenario.nodes = [chain];
    const { final } = chain;
    chain.endorsed = { [ONE]: 7n, [TWO]: 7n };
    chain.endorsedInBlock = chain.final;
    expect(stepOf(scenario.judge(), 'endorsement').status).toBe('pass');
    chain.final -= 1;
    expect(stepOf(scenario.judge(), 'endorsement')).toMatchObject({ code: 'too-few-endorsements', found: '0' });
    scenario.trust!.chain.finality = { confirmations: '1' };
    expect(stepOf(scenario.judge(), 'endorsement').status).toBe('pass');
    Object.assign(chain, { final, endorsed: {}, endorsedInBlock: 0 });
  });

  test('what is proven counts whatever nodes report, or if they are silent', async () => {
    const scenario = await offline(2);
    scenario.nodes = [undefined, chain];
    expect(scenario.judge().verdict).toBe('VERIFIED');
    scenario.nodes = [undefined];
    expect(scenario.judge().verdict).toBe('VERIFIED');
  });

  test('a contradiction in the receipt stands, too', async () => {
    const scenario = await offline(1);
    scenario.nodes = [chain];
    chain.endorsed = { [ONE]: 7n, [TWO]: 7n };
    scenario.receipt.anchor.endorsements[1]!.receiptProof!.pop();
    expect(scenario.judge().verdict).toBe('INCONSISTENT');
    chain.endorsed = {};
  });
});

describe('contradictions', () => {
  const bends: readonly (readonly [string, (one: EndorsementJson, scenario: Bent) => unknown, string])[] = [
    ['another endorser', (one) => (one.endorser = THREE), 'event-missing'],
    ['a larger size', (one) => (one.size = '8'), 'event-differs'],
    ['a smaller size that covers', (one) => (one.size = '6'), 'event-differs'],
    ['a size that does not cover', (one) => (one.size = '4'), 'endorsement-too-small'],
    ['the root of another tree', (one) => (one.root = Buffer.alloc(32, 1).toString('base64')), 'event-differs'],
    [
      'the size of the anchor with another root',
      (one) => [(one.size = '5'), (one.root = Buffer.alloc(32, 1).toString('base64'))],
      'endorsement-root-differs',
    ],
    ['a block before the anchor', (one) => (one.blockNumber = '11'), 'endorsement-before-anchor'],
    [
      'the block of the anchor, under another hash',
      (one) => [(one.blockNumber = '12'), one.transactionIndex++],
      'endorsement-block-differs',
    ],
    ['the place of the anchor itself', (one) => (one.blockNumber = '12'), 'endorsement-before-anchor'],
    ['another block number', (one) => (one.blockNumber = '16'), 'block-header-differs'],
    ['the number of a pinned block', (one) => (one.blockNumber = '15'), 'pinned-block-differs'],
    ['another block hash', (one, s) => [unpin(s, 14), (one.blockHash = chain.blockHash(16))], 'block-header-differs'],
    ['a hash that is not pinned', (one) => (one.blockHash = chain.blockHash(16)), 'pinned-block-differs'],
    ['another transactionIndex', (one) => one.transactionIndex++, 'receipt-proof-wrong'],
    ['another logPosition', (one) => (one.logPosition = 0), 'event-missing'],
    ['a logPosition beyond the logs', (one) => (one.logPosition = 7), 'event-missing'],
    ['an invalid header', (one) => (one.header = '0xc0'), 'block-header-unreadable'],
    ['the header of another block', (one) => (one.header = `0x${hex(chain.header(7))}`), 'block-header-differs'],
    ['a node too few', (one) => one.receiptProof!.pop(), 'receipt-proof-wrong'],
    ['no node', (one) => (one.receiptProof = []), 'receipt-proof-wrong'],
    ['a node too many', (one) => one.receiptProof!.push('0xc0'), 'receipt-proof-wrong'],
  ];
  test.each(bends)('%s: INCONSISTENT', async (_, bend, code) => {
    const scenario = await offline();
    bend(scenario.receipt.anchor.endorsements[0]!, scenario);
    const report = scenario.judge();
    expect(stepOf(report, 'endorsement')).toMatchObject({ status: 'fail', code });
    expect(report).toMatchObject({ verdict: 'INCONSISTENT', independence: 'pinned-block' });
    delete scenario.trust!.endorsers;
    expect(stepOf(scenario.judge(), 'endorsement').code, 'whether or not anybody asks').toBe(code);
  });

  test('true events of another kind: of a smaller tree, under another log id, an anchor', async () => {
    const [, , smaller, elsewhere] = await Promise.all(chain.endorsements.map(embedded));
    const scenario = await offline();
    const { anchor } = scenario.receipt;
    anchor.endorsements = [smaller!];
    expect(stepOf(scenario.judge(), 'endorsement').code).toBe('endorsement-too-small');
    anchor.endorsements = [elsewhere!];
    expect(stepOf(scenario.judge(), 'endorsement').code).toBe('event-missing');
    anchor.endorsements = [
      { ...elsewhere!, blockNumber: '13', blockHash: chain.blockHash(13), ...(await chain.proof(13, 2)) },
    ];
    expect(stepOf(scenario.judge(), 'endorsement').code).toBe('event-missing');
  });

  test('two endorsements in two blocks of one number', async () => {
    const scenario = await offline();
    unpin(scenario, 14, 15);
    const [one, two] = scenario.receipt.anchor.endorsements;
    two!.blockNumber = one!.blockNumber;
    expect(stepOf(scenario.judge(), 'endorsement').code).toBe('endorsement-block-differs');
  });

  test.each(['header', 'receiptProof'] as const)(
    'one changed bit of %s: INCONSISTENT, wherever it is',
    async (field) => {
      const scenario = await offline();
      const [one] = scenario.receipt.anchor.endorsements;
      const honest = [one![field]!].flat();
      const bits = honest.flatMap((text, node) =>
        Array.from({ length: (text.length - 2) * 4 }, (__, bit) => ({ node, bit })),
      );
      expect(bits.length).toBeGreaterThan(3000);
      for (const { node, bit } of bits.filter((each) => each.bit < 128 || each.bit % 29 === 0)) {
        const bytes = Buffer.from(honest[node]!.slice(2), 'hex');
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const bent = honest.with(node, `0x${hex(bytes)}`);
        if (field === 'header') one!.header = bent[0]!;
        else one!.receiptProof = bent;
        expect(scenario.judge().verdict, `node ${node}, bit ${bit}`).toBe('INCONSISTENT');
      }
    },
    60_000,
  );
});

describe('the format', () => {
  const anchor = receiptJson(ledger, 2, 5).anchor!;
  const read = (endorsements: unknown) => parseAnchor({ ...anchor, endorsements } as unknown as Json);

  test('is read and written again', async () => {
    const endorsements = await Promise.all(chain.endorsements.slice(0, 3).map(embedded));
    delete endorsements[2]!.header;
    delete endorsements[2]!.receiptProof;
    expect(formatAnchor(read(endorsements))).toEqual({ ...anchor, endorsements });
    expect(formatAnchor(read([]))).toEqual({ ...anchor, endorsements: [] });
  });

  test('sixteen at most, each endorser once', async () => {
    const one = await embedded(chain.endorsements[0]!);
    const many = Array.from({ length: 17 }, (_, i) => ({ ...one, endorser: `0x${(16 + i).toString(16).repeat(20)}` }));
    expect(read(many.slice(1)).endorsements).toHaveLength(16);
    expect(codeOf(() => read(many))).toBe('shape-wrong');
    expect(codeOf(() => read([one, { ...one, size: '9' }]))).toBe('shape-wrong');
  });

  const wrongs: readonly (readonly [string, object | null, string])[] = [
    ['no list', null, 'shape-wrong'],
    ['an unknown member', { extra: 1 }, 'shape-wrong'],
    ['a member too few', { txHash: undefined }, 'shape-wrong'],
    ['an address in upper case', { endorser: ONE.toUpperCase().replace('X', 'x') }, 'hex-invalid'],
    ['a short address', { endorser: ONE.slice(0, -2) }, 'length-wrong'],
    ['a size that is a number', { size: 7 }, 'shape-wrong'],
    ['a size with a zero before it', { size: '07' }, 'decimal-invalid'],
    ['a short root', { root: 'QUI=' }, 'length-wrong'],
    ['a root in hex', { root: '00'.repeat(22) }, 'length-wrong'],
    ['a block number that is a number', { blockNumber: 14 }, 'shape-wrong'],
    ['a short block hash', { blockHash: '0x00' }, 'length-wrong'],
    ['a short transaction hash', { txHash: '0x00' }, 'length-wrong'],
    ['a negative index', { transactionIndex: -1 }, 'shape-wrong'],
    ['a place as text', { logPosition: '1' }, 'shape-wrong'],
    ['a header that is no hex', { header: '0xzz' }, 'hex-invalid'],
    ['a proof that is no list', { receiptProof: '0x00' }, 'shape-wrong'],
  ];
  test.each(wrongs)('is refused: %s', async (_, change, code) => {
    const one = await embedded(chain.endorsements[0]!);
    const bent = change === null ? one : [JSON.parse(JSON.stringify({ ...one, ...change })) as unknown];
    expect(codeOf(() => read(bent))).toBe(code);
  });
});

describe('blocks that are to be pinned', () => {
  const blocks = [14, 15].map((number) => ({ number: BigInt(number), hash: chain.blockHash(number) }));
  const honest = trustJson(ledger);
  const judge = (
    nodes: readonly (BlockChain | undefined)[],
    bend: (trust: TrustJson) => unknown = () => {},
    wanted = blocks,
  ) => {
    const json = structuredClone(honest);
    bend(json);
    const trust = parseTrust(JSON.stringify(json));
    const questions = blockQuestions(trust, wanted);
    const sources = nodes.map((node, i) => ({
      name: `node ${i}`,
      address: `node-${i}:443`,
      by: 'verifier' as const,
      answers: questions.map((question) => node?.answer(question)),
    }));
    return judgeBlocks(trust, wanted, sources);
  };
  /** Another node, which lacks our blocks with events. */
  const other = Object.assign(new BlockChain(), chain);
  function whileChanged(change: Partial<Pick<BlockChain, 'final' | 'latest' | 'chainId' | 'code'>>) {
    const { final, latest, chainId, code } = chain;
    Object.assign(chain, change);
    try {
      return judge([chain]);
    } finally {
      Object.assign(chain, { final, latest, chainId, code });
    }
  }
  const two = (trust: TrustJson) => (trust.chain.sources = 2);

  test('are there, and final', () => {
    expect(judge([chain])).toEqual({ status: 'pass', code: 'ok' });
    expect(judge([chain, chain], two).status).toBe('pass');
  });

  test.each<[string, ReturnType<typeof judge>, string, string]>([
    [
      'another block at this height',
      judge([chain], undefined, [{ number: 14n, hash: chain.blockHash(1) }]),
      'fail',
      'block-differs',
    ],
    ['not final', whileChanged({ final: 14 }), 'unknown', 'not-final-yet'],
    [
      'too few confirmations',
      judge([chain], (trust) => (trust.chain.finality = { confirmations: '5' })),
      'unknown',
      'not-final-yet',
    ],
    ['a node that is behind', whileChanged({ latest: 14, final: 14 }), 'unknown', 'block-unknown'],
    ['a node of another chain', whileChanged({ chainId: 1n }), 'unknown', 'other-chain'],
    ['another contract', whileChanged({ code: '0x00' }), 'unknown', 'other-code'],
    ['a silent node', judge([undefined]), 'unknown', 'no-answer'],
    ['no node asked', judge([]), 'unknown', 'chain-not-asked'],
    ['one of two', judge([chain], two), 'unknown', 'too-few-sources'],
    ['nodes that disagree', judge([chain, other], two), 'unknown', 'sources-disagree'],
  ])('%s', (_, finding, status, code) => {
    expect(finding).toMatchObject({ status, code });
  });
});
