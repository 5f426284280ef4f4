import { RLP } from '@ethereumjs/rlp';
import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRlp } from '../../src/protocol/chain/rlp.ts';
import { trieValue } from '../../src/protocol/chain/trie.ts';
import { BlockChain, receipt } from '../oracle/blocks.ts';
import { testLedger, type AnchorJson } from '../oracle/ledger.ts';
import { complaints, Scenario, stepOf } from './scenario.ts';
import { codeOf } from './thrown.ts';
import { draws } from '../extent.ts';

/**
 * Anchors that are proven by header and trie down to a block that the trust file pins, without a
 * node.
 */

const chain = new BlockChain();
const ledger = testLedger(chain);
await chain.build();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** An offline scenario: header, proof, the header of the earlier block, and both blocks pinned. */
async function offline(): Promise<Scenario & { receipt: { anchor: AnchorJson } }> {
  const scenario = new Scenario(5, ledger);
  const anchor = scenario.receipt.anchor!;
  const block = Number(anchor.blockNumber);
  Object.assign(anchor, await chain.proof(block, anchor.transactionIndex), {
    notBeforeHeader: `0x${hex(chain.header(4))}`,
  });
  scenario.nodes = [];
  scenario.trust!.pinnedBlocks = [block, 4].map((number) => ({
    number: String(number),
    hash: chain.blockHash(number),
  }));
  return scenario as Scenario & { receipt: { anchor: AnchorJson } };
}

describe('a receipt with header and proof', () => {
  test('is verified without any node, with the times of both blocks', async () => {
    const report = (await offline()).judge();
    expect(complaints(report)).toEqual({});
    expect(report.verdict).toBe('VERIFIED');
    expect(report).toMatchObject({ independence: 'none', stated: 'pinned-block', vouchers: [] });
    expect(report.object!.anchoredBy!.blockTime).toBe(new Date((1_700_000_000 + 12 * 12) * 1000).toISOString());
    expect(report.object!.notBefore!.blockTime).toBe(new Date((1_700_000_000 + 12 * 4) * 1000).toISOString());
  });

  test('rests on those who vouch for the pinned block, in a trust file of the verifier', async () => {
    const scenario = await offline();
    scenario.trust!.format = 'evidence-ledger/trust/v2';
    scenario.trust!.pinnedBlocks![0]!.vouchedBy = 'the court';
    expect(scenario.judge()).toMatchObject({ independence: 'pinned-block', vouchers: ['the court'] });
    scenario.trustSource = 'server';
    expect(scenario.judge()).toMatchObject({ independence: 'none', stated: 'pinned-block', vouchers: [] });
  });

  test('counts whatever a node reports', async () => {
    const scenario = await offline();
    scenario.nodes = [scenario.node((other) => (other.seed = 'elsewhere')), undefined];
    expect(scenario.judge().verdict).toBe('VERIFIED');
    const liar = Object.assign(new BlockChain(), chain, { anchors: [] });
    scenario.nodes = [liar];
    expect(scenario.judge().verdict).toBe('VERIFIED');
  });

  test('is not believed where the blocks are not pinned', async () => {
    const scenario = await offline();
    scenario.trust!.pinnedBlocks = [];
    const report = scenario.judge();
    expect(report.verdict).toBe('INDETERMINATE');
    expect(stepOf(report, 'anchor')).toMatchObject({ status: 'unknown', code: 'block-not-pinned' });
    expect(report.object!.anchoredBy!.blockTime).toBeUndefined();
  });

  test('needs both blocks: the earlier one too', async () => {
    const scenario = await offline();
    scenario.trust!.pinnedBlocks!.pop();
    expect(complaints(scenario.judge())).toEqual({ 'not-before': 'unknown block-not-pinned' });
  });

  test('needs no header of the earlier block where that very block is pinned; its time is not known then', async () => {
    const scenario = await offline();
    delete scenario.receipt.anchor.notBeforeHeader;
    const report = scenario.judge();
    expect([report.verdict, complaints(report)]).toEqual(['VERIFIED', {}]);
    expect(report.object!.notBefore!.blockTime).toBeUndefined();
    scenario.trust!.pinnedBlocks![1]!.hash = chain.blockHash(1);
    expect(scenario.judge().verdict).toBe('INDETERMINATE');
  });

  test('contradicts a pin of another block', async () => {
    const scenario = await offline();
    scenario.trust!.pinnedBlocks![0]!.hash = chain.blockHash(1);
    const report = scenario.judge();
    expect(report.verdict).toBe('INCONSISTENT');
    expect(stepOf(report, 'anchor').code).toBe('pinned-block-differs');
  });

  test('is asked of nodes where it has no proof', async () => {
    const scenario = await offline();
    delete scenario.receipt.anchor.receiptProof;
    expect(scenario.judge().verdict).toBe('INDETERMINATE');
    scenario.nodes = [ledger.chain];
    expect(scenario.judge().verdict).toBe('VERIFIED');
  });
});

describe('one changed bit', () => {
  const fields = [
    [
      'header',
      (anchor: AnchorJson) => [anchor.header!],
      (anchor: AnchorJson, [header]: string[]) => (anchor.header = header!),
    ],
    [
      'the header of the earlier block',
      (anchor: AnchorJson) => [anchor.notBeforeHeader!],
      (anchor: AnchorJson, [header]: string[]) => (anchor.notBeforeHeader = header!),
    ],
    [
      'the nodes of the proof',
      (anchor: AnchorJson) => anchor.receiptProof!,
      (anchor: AnchorJson, nodes: string[]) => (anchor.receiptProof = nodes),
    ],
  ] as const;
  test.each(fields)(
    'in %s: INCONSISTENT, wherever it is',
    async (_, read, write) => {
      const scenario = await offline();
      const honest = [...read(scenario.receipt.anchor)];
      const bits = honest.flatMap((text, node) =>
        Array.from({ length: (text.length - 2) * 4 }, (__, bit) => ({ node, bit })),
      );
      expect(bits.length).toBeGreaterThan(3000);
      // every bit of the first bytes, where lengths are, and one in eight of the rest
      const drawn = bits.filter(({ bit }) => bit < draws(96, 256) || bit % draws(67, 8) === bit % 7);
      for (const { node, bit } of drawn) {
        const bytes = Buffer.from(honest[node]!.slice(2), 'hex');
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        write(scenario.receipt.anchor, honest.with(node, `0x${hex(bytes)}`));
        const report = scenario.judge();
        expect(report.verdict, `node ${node}, bit ${bit}`).toBe('INCONSISTENT');
      }
    },
    60_000,
  );

  const bends: readonly (readonly [string, (anchor: AnchorJson) => unknown, string])[] = [
    ['transactionIndex', (anchor: AnchorJson) => anchor.transactionIndex++, 'receipt-proof-wrong'],
    ['logPosition', (anchor: AnchorJson) => (anchor.logPosition = 0), 'event-missing'],
    ['logPosition beyond the logs', (anchor: AnchorJson) => (anchor.logPosition = 7), 'event-missing'],
    ['anchorIndex', (anchor: AnchorJson) => (anchor.anchorIndex = '9'), 'event-differs'],
    ['a node too few', (anchor: AnchorJson) => anchor.receiptProof!.pop(), 'receipt-proof-wrong'],
    ['no node', (anchor: AnchorJson) => (anchor.receiptProof = []), 'receipt-proof-wrong'],
    ['a node too many', (anchor: AnchorJson) => anchor.receiptProof!.push('0xc0'), 'receipt-proof-wrong'],
    [
      'nodes in another order',
      (anchor: AnchorJson) => (anchor.receiptProof = anchor.receiptProof!.toReversed()),
      'receipt-proof-wrong',
    ],
  ];
  test.each(bends)('%s: INCONSISTENT', async (_, bend, code) => {
    const scenario = await offline();
    bend(scenario.receipt.anchor);
    const report = scenario.judge();
    expect(stepOf(report, 'anchor')).toMatchObject({ status: 'fail', code });
    expect(report.verdict).toBe('INCONSISTENT');
  });

  test('the header of another block, and the receipt of another transaction of the same block', async () => {
    const scenario = await offline();
    const { anchor } = scenario.receipt;
    const honest = structuredClone(anchor);
    anchor.header = `0x${hex(chain.header(7))}`;
    expect(stepOf(scenario.judge(), 'anchor').code).toBe('block-header-differs');
    Object.assign(anchor, honest, { transactionIndex: 3 }, await chain.proof(Number(honest.blockNumber), 3));
    expect(stepOf(scenario.judge(), 'anchor').code).toBe('event-missing');
  });
});

describe('a receipt in its trie', () => {
  test('of each size of block, at each place: what mpt proves is read, and nothing else', async () => {
    for (const size of [1, 2, 16, 17, 130, 260]) {
      const trie = await createMPT();
      for (let i = 0; i < size; i++) await trie.put(RLP.encode(i), receipt(i % 3, 1, [[i]]));
      for (let i = 0; i < size; i += Math.max(1, Math.floor(size / 40))) {
        const key = RLP.encode(i);
        const nodes = await createMerkleProof(trie, key);
        expect(hex(trieValue(trie.root(), key, nodes))).toBe(hex(receipt(i % 3, 1, [[i]])));
        const other = RLP.encode((i + 1) % (size + 1));
        const code = codeOf(() => trieValue(trie.root(), other, nodes));
        expect(code, `proof of ${i} for another of ${size}`).toBe('trie-proof-invalid');
      }
    }
  });

  test('small values, whose nodes stand within others', async () => {
    const trie = await createMPT();
    const keys = ['aa01', 'aa02', 'aaff', 'bb', 'aa'].map((key) => Buffer.from(key, 'hex'));
    for (const key of keys) await trie.put(key, Buffer.concat([key, Buffer.from('!')]));
    for (const key of keys) {
      const nodes = (await createMerkleProof(trie, key)).filter((node, i) => i === 0 || node.length >= 32);
      expect(hex(trieValue(trie.root(), key, nodes))).toBe(hex(Buffer.concat([key, Buffer.from('!')])));
    }
  });
});

describe('RLP', () => {
  const item: fc.Arbitrary<unknown> = fc.letrec<{ item: unknown }>((tie) => ({
    item: fc.oneof({ maxDepth: 5 }, fc.uint8Array({ maxLength: 80 }), fc.array(tie('item'), { maxLength: 6 })),
  })).item;
  const plain = (value: unknown): unknown =>
    value instanceof Uint8Array ? hex(value) : (value as unknown[]).map(plain);

  test('reads what another library writes', () => {
    fc.assert(
      fc.property(item, (value) => {
        const bytes = RLP.encode(value as Parameters<typeof RLP.encode>[0]);
        expect(plain(decodeRlp('item', bytes))).toEqual(plain(value));
      }),
    );
  });

  test('takes one spelling alone: what it reads is written to the same bytes', () => {
    const mangled = fc.tuple(item, fc.nat(), fc.nat(255), fc.boolean()).map(([value, at, byte, cut]) => {
      const bytes = RLP.encode(value as Parameters<typeof RLP.encode>[0]);
      if (cut) return bytes.subarray(0, at % (bytes.length + 1));
      const changed = Uint8Array.from(bytes);
      changed[at % bytes.length] = byte;
      return changed;
    });
    fc.assert(
      fc.property(fc.oneof(mangled, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        let read: ReturnType<typeof decodeRlp>;
        try {
          read = decodeRlp('item', bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'rlp-invalid' });
          return;
        }
        expect(hex(RLP.encode(read as Parameters<typeof RLP.encode>[0]))).toBe(hex(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['nothing', ''],
    ['bytes after the item', '8000'],
    ['a prefix that is not needed', '8105'],
    ['a short length spelled long', 'b805aabbccddee'],
    ['a length with leading zeros', 'b90038' + '00'.repeat(56)],
    ['a length beyond the bytes', 'b9ffff00'],
    ['a length of eight bytes', 'bfffffffffffffffff'],
    ['a list whose last item is cut', 'c283aa'],
    ['eighteen lists in each other', 'd1d0cfcecdcccbcac9c8c7c6c5c4c3c2c1c0'],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => decodeRlp('item', Buffer.from(text, 'hex')))).toBe('rlp-invalid');
  });
});
