import type { NodeChooser } from '../../src/protocol/chain/rpc.ts';
import type { Json } from '../../src/protocol/encoding/json.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { parseAnchor } from '../../src/protocol/chain/anchor.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import type { LaterTree } from '../../src/protocol/verify/later-tree.ts';
import type { PinConsistency } from '../../src/protocol/verify/log-steps.ts';
import type { FileFacts } from '../../src/protocol/verify/record-steps.ts';
import type { NodeResult, Report, Step, StepName } from '../../src/protocol/verify/report.ts';
import { questionsFor, verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import type { FakeChain } from '../oracle/chain.ts';
import { consistencyProof, mth, sha256 } from '../oracle/merkle.ts';
import {
  anchorJson,
  receiptJson,
  type ReceiptJson,
  sm3,
  type TestLedger,
  testLedger,
  trustJson,
  type TrustJson,
} from '../oracle/ledger.ts';

/** One verification, honest at first: a test may change everything in it before it is judged. */
export class Scenario {
  readonly ledger: TestLedger;
  receipt: ReceiptJson;
  trust: TrustJson | undefined;
  trustSource: 'file' | 'remembered' | 'server' = 'file';
  /** The chain nodes; `undefined` is one that is unreachable. */
  nodes: (FakeChain | undefined)[];
  /** Who chose the nodes. */
  chosenBy: NodeChooser = 'verifier';
  addressOf = (node: number) => `node-${node}:443`;
  file: FileFacts | undefined;
  pins: PinConsistency[] = [];
  later: LaterTree[] = [];
  /** The present time in Unix milliseconds. */
  nowMs: number | undefined;

  /** Record 2 in the tree of `size`; sizes 3, 5 and 7 are anchored. */
  constructor(size = 5, ledger = testLedger()) {
    this.ledger = ledger;
    this.receipt = receiptJson(this.ledger, 2, size);
    this.trust = trustJson(this.ledger);
    this.nodes = [this.ledger.chain];
    const bytes = this.ledger.fileBytes;
    this.file = { sha256: sha256(bytes).toString('hex'), sm3: sm3(bytes), size: bytes.length };
  }

  /** Another node on the same chain, honest unless `bend` changes it. */
  node(bend: (chain: FakeChain) => void = () => {}): FakeChain {
    const { chain } = testLedger();
    bend(chain);
    return chain;
  }

  judge(): Report {
    const receipt = parseReceipt(JSON.stringify(this.receipt));
    const trust = this.trust && parseTrust(JSON.stringify(this.trust));
    const questions = trust ? questionsFor(receipt, trust, this.later) : [];
    const chain = this.nodes.map((node, i) => ({
      name: `node ${i}`,
      address: this.addressOf(i),
      by: this.chosenBy,
      answers: questions.map((question): Json | undefined => node?.answer(question)),
    }));
    return verifyReceipt({
      receipt,
      ...(trust && { trust: { source: this.trustSource, value: trust } }),
      ...(this.file && { file: this.file }),
      ...(this.nodes.length > 0 && { chain }),
      pins: this.pins,
      later: this.later,
      ...(this.nowMs !== undefined && { nowMs: this.nowMs }),
    });
  }
}

/** `status code` of each step that is neither pass nor none. */
export function complaints(report: Report): Partial<Record<StepName, string>> {
  return Object.fromEntries(
    report.steps
      .filter(({ status }) => status !== 'pass' && status !== 'none')
      .map(({ step, status, code }) => [step, `${status} ${code}`]),
  );
}

export function stepOf(report: Report, name: StepName): Step {
  return report.steps.find(({ step }) => step === name)!;
}

export function sourceResults(report: Report, name: StepName): readonly NodeResult[] {
  return stepOf(report, name).sources ?? [];
}

/** The tree of `size` as one that extends the tree of `from`, with its note or its anchor. */
export function laterTree(
  ledger: TestLedger,
  from: number,
  size: number,
  more: { readonly note?: string; readonly isAnchored?: boolean } = {},
): LaterTree {
  const entries = ledger.entries.slice(0, size);
  return {
    size: BigInt(size),
    root: mth(entries),
    proof: from === size ? [] : consistencyProof(from, entries),
    ...(more.note !== undefined && { note: parseNote(more.note) }),
    ...(more.isAnchored === true && { anchor: parseAnchor(anchorJson(ledger, size) as unknown as Json) }),
  };
}
