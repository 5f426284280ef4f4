import { createHash } from 'node:crypto';
import { sha256, mth, path } from './merkle.ts';
import { checkpointText, signedNote, type TestKey, testKey, tlogProof } from './note.ts';
import { FakeChain, logIdOf } from './chain.ts';
import { logEntry, makeRecord, type RecordJson } from './record.ts';

/**
 * A complete small ledger as JSON, made without src: seven records, anchored at sizes 3, 5 and 7.
 */
export interface AnchorJson {
  chainId: string;
  genesisHash: string;
  contract: string;
  logId: string;
  size: string;
  root: string;
  anchorIndex: string;
  blockNumber: string;
  blockHash: string;
  txHash: string;
  transactionIndex: number;
  logPosition: number;
  header?: string;
  receiptProof?: string[];
  notBeforeHeader?: string;
  endorsements?: EndorsementJson[];
}

export interface EndorsementJson {
  endorser: string;
  size: string;
  root: string;
  blockNumber: string;
  blockHash: string;
  txHash: string;
  transactionIndex: number;
  logPosition: number;
  header?: string;
  receiptProof?: string[];
}

export interface ReceiptJson {
  format: string;
  record: RecordJson;
  proof: string;
  anchor: AnchorJson | null;
}

export interface TrustJson {
  format: string;
  log: { origin: string; keys: { vkey: string; fromSize: string; toSize?: string; revokedAtBlock?: string }[] };
  chain: {
    chainId: string;
    genesisHash: string;
    contract: string;
    codeHash: string;
    logs: { logId: string; fromSize: string }[];
    operatedBy: string;
    finality: Record<string, string>;
    sources: number;
    rpcUrls: string[];
  };
  witnessPolicy?: string;
  witnessPolicies?: { fromSize: string; policy: string; untilBlock?: string }[];
  endorsers?: { k: number; of: string[] };
  pinnedCheckpoints?: string[];
  pinnedBlocks?: { number: string; hash: string; vouchedBy?: string }[];
  maxPendingMs?: number;
}

export const ORIGIN = 'ledger.example/7h3k';
export const OPERATOR = `0x${'0a'.repeat(20)}`;
export const ANCHORED_SIZES = [3, 5, 7] as const;

export interface TestLedger {
  readonly key: TestKey;
  readonly logId: string;
  readonly records: readonly RecordJson[];
  readonly entries: readonly Buffer[];
  readonly chain: FakeChain;
  readonly fileBytes: Buffer;
}

/**
 * `more`: sections that each record has besides or instead of its usual ones; `kind`: another one,
 * and the sections that are left of them.
 */
export function testLedger(
  chain = new FakeChain(),
  more: Readonly<Record<string, object>> = {},
  kind?: RecordKind,
): TestLedger {
  const key = testKey(ORIGIN, 1);
  chain.mine(10);
  const records = Array.from({ length: 7 }, (_, i) => recordOf(i, chain, more, kind));
  const entries = records.map(({ header }) => logEntry(header));
  const logId = logIdOf(OPERATOR, key.vkey);
  for (const size of ANCHORED_SIZES) chain.anchor(logId, BigInt(size), mth(entries.slice(0, size)));
  chain.mine(5);
  return { key, logId, records, entries, chain, fileBytes: fileBytes(2) };
}

export function fileBytes(i: number): Buffer {
  return Buffer.from(`content of file ${i}\n`);
}

export function sm3(bytes: Uint8Array): string {
  return createHash('sm3').update(bytes).digest('hex');
}

interface RecordKind {
  readonly name: string;
  readonly sections: readonly string[];
}

function recordOf(
  i: number,
  chain: FakeChain,
  more: Readonly<Record<string, object>>,
  kind: RecordKind | undefined,
): RecordJson {
  const bytes = fileBytes(i);
  const isOfKind = ([name]: [string, object]) => kind === undefined || kind.sections.includes(name);
  return makeRecord(
    {
      origin: ORIGIN,
      kind: kind?.name ?? 'evidence',
      id: `01920000-0000-7000-8000-00000000000${i}`,
      number: `20260101-TESTTESTTES${i}-X`,
    },
    Object.fromEntries(
      Object.entries({
        file: { name: `证据 ${i}.txt`, mediaType: 'text/plain', size: bytes.length },
        digests: { sha256: sha256(bytes).toString('hex'), sm3: sm3(bytes) },
        case: { number: '(2026)沪01民初1号' },
        registrant: { name: 'tester' },
        time: {
          receivedAt: '2026-01-01T00:00:00.000Z',
          notBefore: { chainId: '31337', number: '4', hash: chain.blockHash(4) },
        },
        ...more,
      }).filter(isOfKind),
    ),
  );
}

export function checkpointNote(ledger: TestLedger, size: number, key = ledger.key): string {
  return signedNote(checkpointText(ORIGIN, size, mth(ledger.entries.slice(0, size))), key);
}

/**
 * The receipt of record `index` against the tree of `size`, with the anchor where that size is
 * anchored.
 */
export function receiptJson(ledger: TestLedger, index: number, size: number): ReceiptJson {
  const entries = ledger.entries.slice(0, size);
  return {
    format: 'evidence-ledger/receipt/v1',
    record: structuredClone(ledger.records[index]!),
    proof: tlogProof(index, path(index, entries), checkpointNote(ledger, size)),
    anchor: anchorJson(ledger, size),
  };
}

export function anchorJson({ chain, logId }: TestLedger, size: number): AnchorJson | null {
  const anchor = chain.anchors.find((candidate) => candidate.size === BigInt(size));
  if (anchor === undefined) return null;
  return {
    chainId: chain.chainId.toString(),
    genesisHash: chain.blockHash(0),
    contract: chain.contract,
    logId,
    size: String(size),
    root: Buffer.from(anchor.root.slice(2), 'hex').toString('base64'),
    anchorIndex: anchor.anchorIndex.toString(),
    blockNumber: String(anchor.block),
    blockHash: chain.blockHash(anchor.block),
    txHash: chain.txHash(anchor.block),
    transactionIndex: 2,
    logPosition: 1,
  };
}

export function trustJson({ chain, key, logId }: TestLedger): TrustJson {
  return {
    format: 'evidence-ledger/trust/v1',
    log: { origin: ORIGIN, keys: [{ vkey: key.vkey, fromSize: '0' }] },
    chain: {
      chainId: chain.chainId.toString(),
      genesisHash: chain.blockHash(0),
      contract: chain.contract,
      codeHash: chain.codeHash,
      logs: [{ logId, fromSize: '0' }],
      operatedBy: 'operator',
      finality: { tag: 'finalized' },
      sources: 1,
      rpcUrls: ['http://127.0.0.1:8545'],
    },
  };
}
