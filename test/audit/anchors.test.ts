import { describe, expect, test } from 'vitest';
import { type AnchorHistory, judgeHistory, unjudged } from '../../src/audit/anchor-history.ts';
import { type AuditState, parseState, stateJson } from '../../src/audit/audit-state.ts';
import {
  judgeAnchors,
  judgeCheckpoint,
  judgeMemory,
  judgeRoot,
  judgeTrust,
  sizesToCompare,
} from '../../src/audit/judge.ts';
import {
  eventsQuestion,
  judgeNodeIdentity,
  type NodeView,
  nodeQuestions,
  readEvents,
  readState,
  type FailedNode,
  stateQuestions,
} from '../../src/audit/node-view.ts';
import { contradiction, outcomeOf, unknown } from '../../src/audit/audit-problem.ts';
import { parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import { portableTreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import type { FakeChain } from '../oracle/chain.ts';
import { leafHash, mth } from '../oracle/merkle.ts';
import { checkpointNote, ORIGIN, testLedger, trustJson, type TrustJson } from '../oracle/ledger.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { codeOf } from '../protocol/thrown.ts';

const ledger = testLedger();
const trustOf = (bend: (trust: TrustJson) => void = () => {}) => {
  const json = trustJson(ledger);
  bend(json);
  return parseTrust(JSON.stringify(json));
};
const trust = trustOf();
const rootAt = (size: bigint) => mth(ledger.entries.slice(0, Number(size)));
const other = mth([Buffer.from('other')]);
const codes = (problems: readonly { kind: string; code: string; where: string }[]) =>
  problems.map(({ kind, code }) => `${kind} ${code}`);

/** The chain of the ledger with something bent, as one node shows it. */
function view(bend: (chain: FakeChain) => void = () => {}, name = 'node', by = trust): NodeView | FailedNode {
  const { chain } = testLedger();
  bend(chain);
  const ask = (questions: ReturnType<typeof nodeQuestions>) => questions.map((question) => chain.answer(question));
  const identity = judgeNodeIdentity(by, { name, address: name, answers: ask(nodeQuestions(by)) });
  if ('code' in identity) return identity;
  const logs = by.chain.logs.map(({ logId }) => {
    const [events] = ask([eventsQuestion(by, logId, 0n, identity.finalBlock)]);
    const anchors = readEvents(by, logId, events!);
    return readState(logId, anchors, ask(stateQuestions(by, logId, anchors, identity.finalBlock)), undefined);
  });
  return { name, address: name, finalBlock: identity.finalBlock, logs };
}

const history = (...nodes: (NodeView | FailedNode)[]) => judgeHistory(trust, nodes);
const sizes = ({ anchors }: AnchorHistory) => anchors.map(({ size }) => Number(size));

describe('the history of anchors', () => {
  test('of an honest node', () => {
    const judged = history(view());
    expect(judged.problems).toEqual([]);
    expect(sizes(judged)).toEqual([3, 5, 7]);
    expect(judged.finalBlock).toBe(18n);
    expect(judged.anchors[1]).toMatchObject({ anchorIndex: 1n, previousSize: 3n, blockNumber: 12n });
  });

  test('of a log that was never anchored', () => {
    expect(history(view((chain) => (chain.anchors = [])))).toEqual({ finalBlock: 18n, anchors: [], problems: [] });
  });

  test('only up to the final block, by tag or by confirmations', () => {
    expect(sizes(history(view((chain) => (chain.final = 12))))).toEqual([3, 5]);
    const deep = trustOf((json) => (json.chain.finality = { confirmations: '7' }));
    expect(sizes(judgeHistory(deep, [view(undefined, 'node', deep)]))).toEqual([3, 5]);
    const deeper = trustOf((json) => (json.chain.finality = { confirmations: '99' }));
    expect(judgeHistory(deeper, [view(undefined, 'node', deeper)])).toMatchObject({ finalBlock: 0n, anchors: [] });
  });

  const lies: readonly (readonly [string, (chain: FakeChain) => void, string])[] = [
    ['an anchor left out in the middle', (c) => hide(c, 1), 'anchor-gap'],
    ['the first anchor left out', (c) => hide(c, 0), 'anchor-gap'],
    ['the last anchor left out', (c) => hide(c, 2), 'anchor-gap'],
    ['all anchors left out', (c) => (c.lies['eth_getLogs'] = () => []), 'anchor-gap'],
    ['an anchorIndex skipped', (c) => (c.anchors[2]!.anchorIndex = 3n), 'anchor-gap'],
    ['an anchorIndex twice', (c) => (c.anchors[2]!.anchorIndex = 1n), 'anchor-gap'],
    ['a previousSize that differs from the previous size', (c) => (c.anchors[1]!.previousSize = 2n), 'anchor-gap'],
    ['a first anchor that builds on another', (c) => (c.anchors[0]!.previousSize = 1n), 'anchor-gap'],
    ['a tree that does not grow', (c) => [(c.anchors[1]!.size = 3n), (c.anchors[2]!.previousSize = 3n)], 'anchor-gap'],
    ['an event with another root than the state', (c) => lieAboutRoots(c), 'node-contradicts-itself'],
    ['a head that is not the last event', (c) => lieAboutHead(c), 'node-contradicts-itself'],
  ];
  test.each(lies)('a node that shows %s proves nothing against the ledger', (_, bend, code) => {
    const judged = history(view(bend));
    expect(codes(judged.problems)).toEqual([`unknown ${code}`]);
    expect(judged.anchors).toEqual([]);
    expect(judged.finalBlock).toBeUndefined();
    expect(outcomeOf(judged.problems)).toBe('unknown');
  });

  test.each([
    ['another chain', (c: FakeChain) => (c.chainId = 1n), 'other-chain'],
    ['other code', (c: FakeChain) => (c.code = '0x00'), 'other-code'],
    ['another genesis', (c: FakeChain) => (c.seed = 'b'), 'other-genesis'],
    ['no answer', (c: FakeChain) => (c.lies['eth_chainId'] = () => undefined), 'no-answer'],
    ['no final block', (c: FakeChain) => noFinalBlock(c), 'block-unknown'],
    ['garbage', (c: FakeChain) => (c.lies['eth_getCode'] = () => 7), 'answer-unreadable'],
  ])('a node with %s is not used', (_, bend, code) => {
    const node = view(bend);
    expect(node).toMatchObject({ name: 'node', code });
    expect(codes(history(node).problems)).toEqual([`unknown ${code}`]);
    // Other nodes are enough.
    expect(history(node, view(undefined, 'second')).problems).toEqual([]);
  });

  test('events of other contracts, logs or kinds are rejected', () => {
    const [event] = ledger.chain.answer(eventsQuestion(trust, ledger.logId, 0n, 18n)) as { topics: string[] }[];
    expect(readEvents(trust, ledger.logId, [event!] as never)).toHaveLength(1);
    const strange = [
      { ...event, address: `0x${'aa'.repeat(20)}` },
      { ...event, topics: event!.topics.with(1, `0x${'00'.repeat(32)}`) },
      { ...event, topics: event!.topics.with(0, `0x${'00'.repeat(32)}`) },
      { ...event, topics: event!.topics.slice(0, 2) },
    ];
    for (const log of strange)
      expect(codeOf(() => readEvents(trust, ledger.logId, [log] as never))).toBe('event-strange');
    expect(codeOf(() => readEvents(trust, ledger.logId, [{ ...event, data: '0x00' }] as never))).toBe(
      'abi-length-wrong',
    );
    expect(codeOf(() => readEvents(trust, ledger.logId, { error: 1 }))).toBe('shape-wrong');
    expect(codeOf(() => readState(ledger.logId, [], [undefined], undefined))).toBe('no-answer');
    expect(codeOf(() => readState(ledger.logId, [], ['0x'], undefined))).toBe('abi-length-wrong');
  });

  describe('several nodes', () => {
    const two = trustOf((json) => (json.chain.sources = 2));
    const judge = (...nodes: (NodeView | FailedNode)[]) => judgeHistory(two, nodes);

    test('the required number of nodes must agree', () => {
      expect(sizes(judge(view(), view(undefined, 'second')))).toEqual([3, 5, 7]);
      expect(codes(judge(view()).problems)).toEqual(['unknown too-few-sources']);
      expect(codes(judge(view(), view()).problems), 'one node twice').toEqual(['unknown too-few-sources']);
      expect(codes(judge(view(), { name: 'second', address: 'second', code: 'no-answer' }).problems)).toEqual([
        'unknown no-answer',
        'unknown too-few-sources',
      ]);
      expect(codes(judge().problems)).toEqual(['unknown too-few-sources']);
    });

    test('one node with another history is enough for no judgement', () => {
      const otherRoot = view((c) => (c.anchors[1]!.root = `0x${'11'.repeat(32)}`), 'second');
      const fewer = view((c) => c.anchors.pop(), 'second');
      for (const liar of [otherRoot, fewer]) {
        for (const nodes of [
          [view(), liar],
          [liar, view()],
          [view(), liar, view(undefined, 'third')],
        ]) {
          expect(codes(judge(...nodes).problems)).toEqual(['unknown sources-disagree']);
          expect(codes(history(...nodes).problems)).toEqual(['unknown sources-disagree']);
        }
      }
    });

    test('a node that is behind counts up to its own final block', () => {
      const behind = view((c) => (c.final = 12), 'second');
      expect(sizes(judge(view(), behind))).toEqual([3, 5]);
      expect(sizes(judge(view(), behind, view(undefined, 'third')))).toEqual([3, 5, 7]);
      expect(sizes(history(view(), behind)), 'and hides nothing if one node is enough').toEqual([3, 5, 7]);
    });
  });

  test('anchors of a log id count only for the sizes of that id', () => {
    const second = `0x${'ee'.repeat(32)}`;
    const rotated = trustOf((json) => json.chain.logs.push({ logId: second, fromSize: '6' }));
    const bend = (chain: FakeChain) => {
      chain.anchor(second, 7n, rootAt(7n));
      chain.mine(3);
    };
    const judged = judgeHistory(rotated, [view(bend, 'node', rotated)]);
    expect(judged.problems).toEqual([]);
    expect(judged.anchors.map(({ logId, size }) => `${logId === second ? 'second' : 'first'} ${size}`)).toEqual([
      'first 3',
      'first 5',
      'second 7',
    ]);
  });
});

const checkpointOf = (size: number, root = rootAt(BigInt(size))) => parseCheckpoint(checkpointText(ORIGIN, size, root));

describe('log against chain', () => {
  const { anchors } = history(view());

  test('every anchored root is the recomputed one', () => {
    expect(judgeAnchors(checkpointOf(7), anchors, rootAt)).toEqual([]);
    expect(sizesToCompare(checkpointOf(7), anchors, undefined)).toEqual([3n, 5n, 7n]);
    expect(sizesToCompare(checkpointOf(5), anchors, undefined)).toEqual([3n, 5n]);
  });

  test('an anchored root that the log does not have', () => {
    const problems = judgeAnchors(checkpointOf(7), anchors, (size) => (size === 5n ? other : rootAt(size)));
    expect(problems).toEqual([
      contradiction('anchor-root-differs', 'anchor 1, size 5', rootAt(5n).toString('base64'), other.toString('base64')),
    ]);
  });

  test('an anchor beyond the log', () => {
    expect(judgeAnchors(checkpointOf(6), anchors, rootAt)).toEqual([
      contradiction('anchor-beyond-log', 'anchor 2, size 7', '<= 6', '7'),
    ]);
    expect(judgeAnchors(checkpointOf(0), anchors, rootAt)).toHaveLength(3);
  });

  test('sizes that were not recomputed are not judged', () => {
    expect(judgeAnchors(checkpointOf(7), anchors, () => undefined)).toEqual([]);
    expect(judgeRoot(checkpointOf(7), () => undefined)).toEqual([]);
  });
});

describe('the checkpoint', () => {
  const judge = (source: string, by = trust, { anchors } = history(view())) => {
    const note = parseNote(source);
    return judgeCheckpoint(note, parseCheckpoint(note.text), by, anchors);
  };
  const stranger = testKey('stranger.example', 9);

  test('signed, forged, or by an unknown key', () => {
    expect(judge(checkpointNote(ledger, 7))).toEqual([]);
    const forged = checkpointNote(ledger, 7).replace('\n7\n', '\n6\n');
    expect(judge(forged)).toEqual([contradiction('checkpoint-forged', 'checkpoint')]);
    expect(codes(judge(checkpointNote(ledger, 7, stranger)))).toEqual(['unknown key-unknown']);
    const elsewhere = signedNote(checkpointText('other.example', 7, rootAt(7n)), ledger.key);
    expect(codes(judge(elsewhere))).toEqual(['unknown origin-unknown']);
    const expired = trustOf((json) => (json.log.keys[0]!.toSize = '7'));
    expect(codes(judge(checkpointNote(ledger, 7), expired))).toEqual(['unknown key-not-for-this-size']);
  });

  test('signed by a revoked key: valid only if anchored before the revocation', () => {
    const revoked = (block: number) =>
      trustOf((json) => Object.assign(json.log.keys[0]!, { toSize: '8', revokedAtBlock: String(block) }));
    const { blockNumber } = history(view()).anchors.at(-1)!;
    expect(judge(checkpointNote(ledger, 7), revoked(Number(blockNumber)))).toEqual([]);
    expect(codes(judge(checkpointNote(ledger, 7), revoked(Number(blockNumber) - 1)))).toEqual(['unknown key-revoked']);
    expect(codes(judge(checkpointNote(ledger, 6), revoked(1000))), 'not anchored').toEqual(['unknown key-revoked']);
    const forged = signedNote(checkpointText(ORIGIN, 7, other), ledger.key);
    expect(codes(judge(forged, revoked(1000))), 'another root is anchored').toEqual(['unknown key-revoked']);
    const noChain = unjudged([]);
    expect(codes(judge(checkpointNote(ledger, 7), revoked(1000), noChain))).toEqual(['unknown key-revoked']);
  });

  test('its root must be the recomputed one', () => {
    expect(judgeRoot(checkpointOf(7), rootAt)).toEqual([]);
    expect(judgeRoot(checkpointOf(7), () => other)).toEqual([
      contradiction('root-differs', 'size 7', rootAt(7n).toString('base64'), other.toString('base64')),
    ]);
  });
});

describe('the remembered state', () => {
  const judged = history(view());
  const remembered = (size: number): AuditState => {
    const range = new CompactRange(portableTreeHasher);
    for (const entry of ledger.entries.slice(0, size)) range.append(leafHash(entry));
    return {
      trust,
      note: checkpointNote(ledger, size),
      checkpoint: checkpointOf(size),
      peaks: range.peaks,
      lastAnchor: size > 0 ? judged.anchors[1] : undefined,
    };
  };

  test('is contained in the log', () => {
    for (const size of [0, 1, 5, 6, 7]) {
      expect(judgeMemory(remembered(size), checkpointOf(7), rootAt, judged), String(size)).toEqual([]);
    }
    expect(sizesToCompare(checkpointOf(7), [], remembered(6))).toEqual([6n]);
    expect(sizesToCompare(checkpointOf(5), [], remembered(6))).toEqual([]);
  });

  test('shows a log rolled back [M77]', () => {
    expect(judgeMemory(remembered(7), checkpointOf(6), rootAt, judged)).toEqual([
      contradiction('log-rolled-back', 'checkpoint', '>= 7', '6'),
    ]);
  });

  test('shows a log forked, at the same size or a larger one [M78]', () => {
    const forked = (size: bigint) => (size === 6n ? other : rootAt(size));
    const problem = contradiction('log-forked', 'size 6', rootAt(6n).toString('base64'), other.toString('base64'));
    expect(judgeMemory(remembered(6), checkpointOf(7), forked, judged)).toEqual([problem]);
    expect(judgeMemory(remembered(6), checkpointOf(6, other), () => undefined, judged)).toEqual([problem]);
  });

  test('shows an anchor that the chain no longer has', () => {
    for (const bend of [
      (c: FakeChain) => (c.anchors = []),
      (c: FakeChain) => (c.anchors = c.anchors.slice(0, 1)),
      (c: FakeChain) => (c.anchors[1]!.root = `0x${'11'.repeat(32)}`),
      (c: FakeChain) => {
        for (const anchor of c.anchors.slice(1)) anchor.block++;
      },
    ]) {
      const problems = judgeMemory(remembered(6), checkpointOf(7), rootAt, history(view(bend)));
      expect(codes(problems)).toEqual(['contradiction anchor-missing']);
    }
  });

  test('is not contradicted by nodes that are behind or could not be judged', () => {
    const behind = history(view((chain) => (chain.final = 11)));
    expect(codes(judgeMemory(remembered(6), checkpointOf(7), rootAt, behind))).toEqual(['unknown source-behind']);
    const lying = history(view((chain) => hide(chain, 1)));
    expect(judgeMemory(remembered(6), checkpointOf(7), rootAt, lying)).toEqual([]);
  });

  test('shows another trust file, or a state of another log [M79]', () => {
    const changed = trustOf((json) => (json.chain.sources = 2));
    expect(judgeTrust(trust, trust, remembered(6))).toEqual([]);
    expect(codes(judgeTrust(trust, changed, remembered(6)))).toEqual(['unknown trust-changed']);
    expect(judgeTrust(trust, changed, undefined)).toEqual([]);
    const elsewhere = trustOf((json) => (json.log.origin = 'other.example'));
    expect(codes(judgeTrust(elsewhere, undefined, remembered(6)))).toEqual(['unknown state-of-another-log']);
  });

  test('is the same after writing and reading', () => {
    for (const size of [0, 1, 6, 7]) {
      const state = remembered(size);
      const text = JSON.stringify(stateJson(state));
      expect(JSON.stringify(stateJson(parseState(text)))).toBe(text);
      expect(parseState(text).checkpoint).toEqual(state.checkpoint);
      expect(parseState(text).lastAnchor?.blockHash).toBe(state.lastAnchor?.blockHash);
    }
  });

  test.each<readonly [string, (state: Record<string, unknown>) => void, string]>([
    ['another format', (s) => (s['format'] = 'evidence-ledger/audit-state/v2'), 'state-format-unknown'],
    ['an unknown member', (s) => (s['extra'] = 1), 'shape-wrong'],
    ['a member gone', (s) => delete s['peaks'], 'shape-wrong'],
    ['another size', (s) => (s['size'] = '5'), 'state-damaged'],
    ['another root', (s) => (s['root'] = other.toString('base64')), 'state-damaged'],
    ['a peak gone', (s) => (s['peaks'] as string[]).pop(), 'state-damaged'],
    ['a peak changed', (s) => ((s['peaks'] as string[])[0] = other.toString('base64')), 'state-damaged'],
    ['a short peak', (s) => ((s['peaks'] as string[])[0] = 'QUJD'), 'length-wrong'],
    [
      'a note of another origin',
      (s) => (s['checkpoint'] = (s['checkpoint'] as string).replace(ORIGIN, 'x')),
      'state-damaged',
    ],
    ['an invalid note', (s) => (s['checkpoint'] = ''), 'note-malformed'],
    ['no trust', (s) => (s['trust'] = null), 'shape-wrong'],
    ['an anchor of size 0', (s) => ((s['lastAnchor'] as Record<string, unknown>)['size'] = '0'), 'shape-wrong'],
    ['an anchor half there', (s) => delete (s['lastAnchor'] as Record<string, unknown>)['root'], 'shape-wrong'],
  ])('a damaged state is refused: %s', (_, bend, code) => {
    const state = structuredClone(stateJson(remembered(6))) as Record<string, unknown>;
    bend(state);
    expect(codeOf(() => parseState(JSON.stringify(state)))).toBe(code);
  });
});

test('contradictions outrank what cannot be judged', () => {
  expect(outcomeOf([])).toBe('ok');
  expect(outcomeOf([unknown('x', '')])).toBe('unknown');
  expect(outcomeOf([unknown('x', ''), contradiction('y', ''), unknown('z', '')])).toBe('contradiction');
});

/** The node keeps its state and leaves one event out. */
function hide(chain: FakeChain, index: number): void {
  chain.lies['eth_getLogs'] = (_, honest) => (honest as object[]).filter((_event, i) => i !== index) as never;
}

function lieAboutRoots(chain: FakeChain): void {
  chain.lies['eth_call'] = (_, honest) => ((honest as string).length === 66 ? `0x${'11'.repeat(32)}` : honest);
}

function lieAboutHead(chain: FakeChain): void {
  const word = (value: number) => value.toString(16).padStart(64, '0');
  chain.lies['eth_call'] = (_, honest) =>
    (honest as string).length === 66 ? honest : `0x${word(6)}${(honest as string).slice(66)}`;
}

function noFinalBlock(chain: FakeChain): void {
  chain.lies['eth_getBlockByNumber'] = ([tag], honest) => (tag === 'finalized' ? null : honest);
}
