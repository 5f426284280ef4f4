import type { Json } from '../../src/protocol/encoding/json.ts';
import { anchorInterface, type FakeChain } from './chain.ts';
import { receiptJson, type ReceiptJson, sm3, testLedger, trustJson, type TrustJson } from './ledger.ts';
import { sha256 } from './merkle.ts';
import { testKey, type TestKey } from './note.ts';
import type { VectorFile } from './vectors.ts';
import { cosigned, policyOf, testWitness } from './witness.ts';

/**
 * Complete verifications: the input, the answers of the chain's nodes, the verdict, and each step
 * that is neither `pass` nor `none`.
 */
interface Given {
  receipt: ReceiptJson;
  trust: TrustJson;
  file: { sha256: string; sm3: string; size: number } | null;
  nodes: FakeChain[];
  now?: string;
}
type Case = readonly [string, string, Readonly<Record<string, string>>, (given: Given) => unknown];

const COURT = testWitness('court.example', 3);
const NOTARY = testWitness('notary.example', 4);
/** The records state that they were received at the beginning of 2026. */
const WAIT = { maxPendingMs: 86_400_000, within: '2026-01-02T00:00:00.000Z', past: '2026-01-02T00:00:00.001Z' };

const ENDORSER = `0x${'0e'.repeat(20)}`;

/** Where the chain's identity is unknown, all other chain steps are. */
const ofChain = (identity: string, others = identity) => ({
  'chain-identity': `unknown ${identity}`,
  anchor: `unknown ${others}`,
  finality: `unknown ${others}`,
  'not-before': `unknown ${others}`,
});

const CASES: readonly Case[] = [
  ['all is in order', 'VERIFIED', {}, () => {}],
  ['the record alone', 'VERIFIED', {}, (given) => (given.file = null)],
  ['a chain that others run', 'VERIFIED', {}, ({ trust }) => (trust.chain.operatedBy = 'others')],
  ['the case number withheld', 'VERIFIED', {}, ({ receipt }) => withhold(receipt, 'case')],
  ['endorsed as demanded', 'VERIFIED', {}, ({ trust, nodes }) => endorse(trust, nodes, 5n)],
  [
    'another file',
    'MISMATCH',
    { 'file-digest': 'fail digest-differs' },
    ({ file }) => (file!.sha256 = 'ab'.repeat(32)),
  ],
  [
    'the same SHA-256 and another SM3',
    'INCONSISTENT',
    { 'file-digest': 'fail sm3-differs' },
    ({ file }) => (file!.sm3 = 'ab'.repeat(32)),
  ],
  ['another size of file', 'INCONSISTENT', { 'file-digest': 'fail size-differs' }, ({ file }) => (file!.size += 1)],
  [
    'the digests withheld',
    'INDETERMINATE',
    { 'file-digest': 'unknown digests-withheld' },
    ({ receipt }) => withhold(receipt, 'digests'),
  ],
  [
    'a key that the trust file does not name',
    'INDETERMINATE',
    { 'log-signature': 'unknown key-unknown' },
    ({ trust }) => (trust.log.keys[0]!.vkey = testKey(trust.log.origin, 9).vkey),
  ],
  [
    'a key that is not for this size',
    'INDETERMINATE',
    { 'log-signature': 'unknown key-not-for-this-size' },
    ({ trust }) => (trust.log.keys[0]!.toSize = '5'),
  ],
  [
    'the block of the anchor is not final',
    'PENDING',
    { finality: 'unknown not-final-yet' },
    ({ nodes }) => (nodes[0]!.final = 11),
  ],
  [
    'no anchor in the receipt, and none on the chain',
    'PENDING',
    { anchor: 'unknown not-anchored-yet' },
    ({ receipt, nodes }) => {
      receipt.anchor = null;
      nodes[0]!.anchors = [];
    },
  ],
  [
    'no anchor in the receipt, and one on the chain',
    'INDETERMINATE',
    { anchor: 'unknown not-upgraded' },
    ({ receipt }) => (receipt.anchor = null),
  ],
  [
    'the contract holds another root',
    'INCONSISTENT',
    { anchor: 'fail anchored-root-differs' },
    ({ nodes }) => (nodes[0]!.anchors[1]!.root = `0x${'ab'.repeat(32)}`),
  ],
  [
    'the contract holds nothing',
    'INCONSISTENT',
    { anchor: 'fail root-not-anchored' },
    ({ nodes }) => (nodes[0]!.anchors = []),
  ],
  [
    'no anchor yet, as long as the trust file allows',
    'PENDING',
    { anchor: 'unknown not-anchored-yet' },
    (given) => wait(given, WAIT.within),
  ],
  [
    'no anchor yet, for longer than that',
    'INDETERMINATE',
    { anchor: 'unknown pending-too-long' },
    (given) => wait(given, WAIT.past),
  ],
  [
    'no anchor yet, and a verifier without a clock',
    'PENDING',
    { anchor: 'unknown not-anchored-yet' },
    (given) => wait(given),
  ],
  [
    'no anchor yet, and the time of receipt withheld',
    'INDETERMINATE',
    { anchor: 'unknown pending-since-unknown' },
    (given) => {
      wait(given, WAIT.within);
      withhold(given.receipt, 'time');
    },
  ],
  [
    'an anchor that is never final',
    'INDETERMINATE',
    { finality: 'unknown pending-too-long' },
    (given) => {
      given.trust.maxPendingMs = WAIT.maxPendingMs;
      given.now = WAIT.past;
      given.nodes[0]!.final = 11;
    },
  ],
  ['no node is asked', 'INDETERMINATE', ofChain('chain-not-asked'), (given) => (given.nodes = [])],
  [
    'a node on another chain',
    'INDETERMINATE',
    ofChain('other-chain', 'source-not-identified'),
    ({ nodes }) => (nodes[0]!.chainId = 1n),
  ],
  [
    'other code at the address of the contract',
    'INDETERMINATE',
    ofChain('other-code', 'source-not-identified'),
    ({ nodes }) => (nodes[0]!.code = '0x00'),
  ],
  [
    'two nodes demanded, one asked',
    'INDETERMINATE',
    ofChain('too-few-sources'),
    ({ trust }) => (trust.chain.sources = 2),
  ],
  ['two witnesses demanded, both cosigned', 'VERIFIED', {}, (given) => witness(given, COURT, NOTARY)],
  [
    'two witnesses demanded, one cosigned',
    'INDETERMINATE',
    { 'witness-policy': 'unknown too-few-cosignatures' },
    (given) => witness(given, COURT),
  ],
  [
    'two witnesses demanded, none cosigned',
    'INDETERMINATE',
    { 'witness-policy': 'unknown too-few-cosignatures' },
    (given) => witness(given),
  ],
  [
    'two witnesses demanded, one of them in the name of the other',
    'INCONSISTENT',
    { 'witness-policy': 'fail cosignature-wrong' },
    (given) => witness(given, COURT, { ...NOTARY, privateKey: COURT.privateKey }),
  ],
  ['a witness added later, and an anchor from before', 'VERIFIED', {}, (given) => addWitness(given, 0)],
  [
    'a witness added later, and an anchor after the last block of the earlier policy',
    'INDETERMINATE',
    { 'witness-policy': 'unknown policy-outdated' },
    (given) => addWitness(given, -1),
  ],
  [
    'a witness added later, which has cosigned the earlier checkpoint',
    'VERIFIED',
    {},
    (given) => {
      addWitness(given, -1);
      given.receipt.proof = cosigned(given.receipt.proof, COURT);
    },
  ],
  [
    'a witness added later, and no anchor confirmed',
    'INDETERMINATE',
    { ...ofChain('chain-not-asked'), 'witness-policy': 'unknown policy-outdated' },
    (given) => {
      addWitness(given, 0);
      given.nodes = [];
    },
  ],
  [
    'too few endorsements',
    'INDETERMINATE',
    { endorsement: 'unknown too-few-endorsements' },
    ({ trust, nodes }) => endorse(trust, nodes, 4n),
  ],
];

/** Nothing is anchored yet. */
function wait(given: Given, now?: string): void {
  given.trust.maxPendingMs = WAIT.maxPendingMs;
  if (now !== undefined) given.now = now;
  given.receipt.anchor = null;
  given.nodes[0]!.anchors = [];
}

/** Both are required; these have cosigned. */
function witness({ receipt, trust }: Given, ...witnesses: readonly TestKey[]): void {
  trust.witnessPolicy = policyOf(2, COURT, NOTARY);
  receipt.proof = cosigned(receipt.proof, ...witnesses);
}

/**
 * The court is required from size 6 on; no witness was before, for anchors up to `blocks` blocks
 * after that of the receipt.
 */
function addWitness({ receipt, trust }: Given, blocks: number): void {
  trust.format = 'evidence-ledger/trust/v2';
  trust.witnessPolicies = [
    { fromSize: '0', policy: 'quorum none\n', untilBlock: String(Number(receipt.anchor!.blockNumber) + blocks) },
    { fromSize: '6', policy: policyOf(1, COURT) },
  ];
}

export function verdictVectors(): VectorFile {
  return {
    about: 'Whole verifications: receipt, trust file, digests of a file, answers of chain nodes; verdict and steps.',
    cases: CASES.map(([name, expected, complaints, bend]) => {
      const ledger = testLedger();
      const { fileBytes: bytes } = ledger;
      const given: Given = {
        receipt: receiptJson(ledger, 2, 5),
        trust: trustJson(ledger),
        file: { sha256: sha256(bytes).toString('hex'), sm3: sm3(bytes), size: bytes.length },
        nodes: [ledger.chain],
      };
      const asked = questions(given);
      bend(given);
      const nodes = given.nodes.map((node, i) => ({
        name: `node ${i}`,
        exchanges: asked.map((question) => ({ ...question, result: node.answer(question) ?? null })),
      }));
      const { receipt, trust, file, now } = given;
      return { name, expected, complaints, receipt, trust, file, ...(now !== undefined && { now }), nodes };
    }),
  };
}

/** The questions to each node, listed in PROTOCOL.md §7. */
function questions({ receipt, trust }: Given): { method: string; params: Json[] }[] {
  const { contract, logs } = trust.chain;
  const { size, blockNumber, blockHash } = receipt.anchor!;
  const block = (at: string) => ({ method: 'eth_getBlockByNumber', params: [at, false] });
  const call = (at: string, name: string, ...args: unknown[]) => ({
    method: 'eth_call',
    params: [{ to: contract, data: anchorInterface.encodeFunctionData(name, [logs[0]!.logId, ...args]) }, at],
  });
  return [
    { method: 'eth_chainId', params: [] },
    { method: 'eth_getCode', params: [contract, 'latest'] },
    ...['0x0', 'finalized', 'latest', `0x${Number(blockNumber).toString(16)}`, '0x4'].map(block),
    call('latest', 'head'),
    call('latest', 'rootAt', BigInt(size)),
    call('finalized', 'endorsedSize', ENDORSER),
    { method: 'eth_getLogs', params: [{ blockHash }] },
  ];
}

function withhold({ record }: ReceiptJson, section: string): void {
  record.disclosed = record.disclosed.filter(({ name }) => name !== section);
}

function endorse(trust: TrustJson, [node]: FakeChain[], size: bigint): void {
  trust.endorsers = { k: 1, of: [ENDORSER] };
  node!.endorsed = { [ENDORSER]: size };
}
