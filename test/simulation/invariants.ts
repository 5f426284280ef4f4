import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { CommitItem, Head, LedgerRecord, SignedTransaction } from '../../src/log/model.ts';
import type { RegisteredRecord } from '../../src/log/sequencer.ts';
import { equalBytes, toBase64, toHex } from '../../src/protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { isJsonObject } from '../../src/protocol/encoding/json.ts';
import { formatNote, formatSignatureLine, parseNote } from '../../src/protocol/note/note.ts';
import type { Receipt } from '../../src/protocol/receipt.ts';
import { recordEntry, recordRoot } from '../../src/protocol/record/header.ts';
import { formatTlogProof, parseTlogProof } from '../../src/protocol/note/tlog-proof.ts';
import { checkNote, type VerifierKey } from '../../src/protocol/note/vkey.ts';
import { judgeInclusion } from '../../src/protocol/verify/log-steps.ts';
import { judgeRecord } from '../../src/protocol/verify/record-steps.ts';
import type { SimChain } from './sim-chain.ts';
import type { Disk, SimStore, Write } from './sim-store.ts';
import { requireInvariant } from './violation.ts';

/**
 * The invariants of the ledger, checked at every moment against what left the program. They are
 * checked on the disk and the chain themselves, not on what the program reports.
 */
export class Witness {
  readonly #disk: Disk;
  readonly #chain: SimChain;
  readonly #key: VerifierKey;
  readonly #signatures: ReadonlyMap<string, Uint8Array>;
  /** Cosignature lines that a witness gave. */
  readonly #cosignatures: ReadonlySet<string>;
  /** Base64 root by size, over all signed notes that ever left the program. */
  readonly #roots = new Map<bigint, string>();
  readonly #notes = new Set<string>();
  /** Entry of each record whose registration was acknowledged. */
  readonly #acknowledged = new Map<bigint, Uint8Array>();
  /** Index that a scope was answered with, and the request that it belonged to. */
  readonly #answers = new Map<string, { readonly index: bigint; readonly request: string }>();
  readonly #sent = new Map<string, SignedTransaction>();
  #largestSize = 0n;
  #checkedWrites = 0;
  #lastReceivedAt = '';
  /** Note by size. */
  readonly #published = new Map<bigint, string>();
  readonly #items: CommitItem[] = [];
  #lastReceipt: Receipt | undefined;

  /**
   * `signatures` are those that the log key made, by text: Ed25519 has one for each, and comparing
   * is cheaper than verifying.
   */
  constructor(
    disk: Disk,
    chain: SimChain,
    key: VerifierKey,
    signatures: ReadonlyMap<string, Uint8Array>,
    cosignatures: ReadonlySet<string>,
  ) {
    this.#disk = disk;
    this.#chain = chain;
    this.#key = key;
    this.#signatures = signatures;
    this.#cosignatures = cosignatures;
  }

  get acknowledged(): readonly bigint[] {
    return [...this.#acknowledged.keys()];
  }

  get acknowledgedCount(): number {
    return this.#acknowledged.size;
  }

  seenSizes(): ReadonlyMap<bigint, string> {
    return this.#roots;
  }

  /** A registration was answered: at this moment it must be durable. */
  acknowledge({ index, record }: RegisteredRecord, name: string, answer?: { scope: string; request: string }): void {
    this.#readDisk();
    const entry = recordEntry(recordRoot(nodeSha256, record.header));
    const durable = this.#items[Number(index)];
    requireInvariant(durable !== undefined, 'nothing-lost', `record ${index} was acknowledged and is not on the disk`);
    requireInvariant(
      equalBytes(durable.entry, entry),
      'nothing-lost',
      `record ${index} was acknowledged with another entry`,
    );
    requireInvariant(
      nameOf(record) === name,
      'right-answer',
      `${name} was answered with the record of ${nameOf(record)}`,
    );
    this.#acknowledged.set(index, entry);
    if (answer === undefined) return;
    const first = this.#answers.get(answer.scope);
    if (first === undefined) this.#answers.set(answer.scope, { index, request: answer.request });
    else {
      requireInvariant(
        first.index === index,
        'one-record-a-mark',
        `a mark was answered with records ${first.index} and ${index}`,
      );
      requireInvariant(
        first.request === answer.request,
        'one-record-a-mark',
        'two requests with one mark were both carried out',
      );
    }
  }

  /** A receipt left the program. */
  receive(index: bigint, receipt: Receipt): void {
    const proof = parseTlogProof(formatTlogProof(receipt.proof));
    requireInvariant(proof.index === index, 'receipt-verifies', `receipt of record ${index} is for ${proof.index}`);
    for (const finding of [
      judgeRecord(nodeSha256, receipt.header, receipt.disclosed),
      judgeInclusion(nodeSha256, receipt.header, proof),
    ]) {
      requireInvariant(finding.status === 'pass', 'receipt-verifies', `receipt of record ${index}: ${finding.code}`);
    }
    this.see(formatNote(proof.note));
    const entry = recordEntry(recordRoot(nodeSha256, receipt.header));
    const known = this.#acknowledged.get(index);
    requireInvariant(
      known === undefined || equalBytes(known, entry),
      'nothing-lost',
      `record ${index} has another entry now`,
    );
    this.#lastReceipt = receipt;
    if (receipt.anchor === null) return;
    const { anchor } = receipt;
    requireInvariant(
      this.#chain.hasFinal(anchor),
      'only-final-anchors',
      `receipt of ${index} states an anchor that is not final`,
    );
    requireInvariant(
      anchor.size === proof.checkpoint.size && equalBytes(anchor.root, proof.checkpoint.root),
      'receipt-verifies',
      `receipt of ${index} states size ${proof.checkpoint.size} and an anchor of ${anchor.size}`,
    );
  }

  /** A signed note left the program. */
  see(note: string): void {
    if (this.#notes.has(note)) return;
    this.#notes.add(note);
    const { text, signatures } = parseNote(note);
    const signature = this.#signatures.get(text);
    const isSigned = signature !== undefined && equalBytes(signatures[0]!.signature, signature);
    requireInvariant(isSigned, 'receipt-verifies', `note is not signed: ${text}`);
    const { size, root } = parseCheckpoint(text);
    const seen = this.#roots.get(size);
    requireInvariant(
      seen === undefined || seen === toBase64(root),
      'one-root-a-size',
      `size ${size} was seen with two roots`,
    );
    this.#roots.set(size, toBase64(root));
  }

  /** A transaction is about to be sent. */
  send(transaction: SignedTransaction): void {
    const { txHash } = transaction;
    const jobs = this.#disk.writes.filter(isAnchor).map(({ job }) => job);
    const job = jobs.findLast((saved) => saved.txHash === txHash);
    requireInvariant(job !== undefined, 'saved-before-sent', `transaction ${txHash} is sent and is not on the disk`);
    requireInvariant(
      job.state !== 'failed' && job.state !== 'final',
      'saved-before-sent',
      `a ${job.state} transaction is sent`,
    );
    requireInvariant(
      job.inclusion === undefined,
      'back-to-pending',
      `anchor ${job.id} is sent again and stands as ${job.state}`,
    );
    const isPublished = this.#disk.writes.some(
      (write) => write.kind === 'publish' && write.checkpoint.size === job.size,
    );
    requireInvariant(isPublished, 'only-published-anchored', `size ${job.size} is anchored and was not published`);
    for (const other of this.#sent.values()) {
      // a replacement has the nonce of the transaction that it replaces: only one of them can be
      // mined
      const isOver = other.nonce === transaction.nonce || this.#chain.fate(other) !== 'open';
      requireInvariant(isOver, 'one-open-transaction', `${txHash} is sent while ${other.txHash} may still be mined`);
    }
    this.#sent.set(txHash, transaction);
  }

  /** After each step. `store` is undefined while the program does not run. */
  check(store: SimStore | undefined): void {
    this.#readDisk();
    requireInvariant(
      BigInt(this.#items.length) >= this.#largestSize,
      'size-never-shrinks',
      `${this.#largestSize} records were seen, the disk has ${this.#items.length}`,
    );
    if (store !== undefined) this.#checkServed(store);
  }

  /** At the end, after all faults: the whole ledger. */
  async checkWhole(store: SimStore, marks: readonly string[], isVerifying: boolean): Promise<void> {
    this.check(store);
    for (const [index, entry] of this.#acknowledged) {
      const record = await store.record(index);
      const found = record && recordEntry(recordRoot(nodeSha256, record.header));
      requireInvariant(
        found !== undefined && equalBytes(found, entry),
        'nothing-lost',
        `acknowledged record ${index} is gone`,
      );
    }
    const scopes = this.#items.flatMap(({ mark }) => (mark === undefined ? [] : [toHex(mark.scope)]));
    requireInvariant(new Set(scopes).size === scopes.length, 'one-record-a-mark', 'a mark has two records');
    const missing = marks.filter((scope) => !scopes.includes(scope));
    requireInvariant(
      missing.length === 0,
      'nothing-lost',
      `${missing.length} requests were retried and have no record`,
    );
    const sizes = this.#chain.finalSizes();
    requireInvariant(
      new Set(sizes).size === sizes.length,
      'one-anchor-a-size',
      `the chain has sizes ${sizes.join(', ')}`,
    );
    const finals = this.#finalJobs().map(({ size }) => size);
    requireInvariant(
      finals.join() === sizes.join(),
      'one-anchor-a-size',
      `chain: ${sizes.join()}, log: ${finals.join()}`,
    );
    const note = this.#lastReceipt?.proof.note;
    if (note === undefined || !isVerifying) return; // slow: not in every history
    requireInvariant(checkNote(note, [this.#key]).status === 'signed', 'receipt-verifies', 'a receipt is not signed');
  }

  #checkServed(store: SimStore): void {
    const head: Head = store.head();
    requireInvariant(
      head.size >= this.#largestSize,
      'size-never-shrinks',
      `head falls to ${head.size} from ${this.#largestSize}`,
    );
    this.#largestSize = head.size;
    this.see(head.note);
    const published = store.published();
    if (published !== undefined) this.see(published.note);
    const open = store.openAnchors();
    requireInvariant(open.length <= 1, 'one-open-transaction', `${open.length} transactions are open`);
  }

  /** Checks what became durable since the last call. */
  #readDisk(): void {
    for (; this.#checkedWrites < this.#disk.writes.length; this.#checkedWrites++) {
      const write = this.#disk.writes[this.#checkedWrites]!;
      if (write.kind === 'commit') this.#readCommit(write);
      if (write.kind === 'publish') this.#readPublish(write);
      if (write.kind === 'anchor') this.#readAnchor(write);
    }
  }

  #readCommit({ commit }: Extract<Write, { kind: 'commit' }>): void {
    for (const item of commit.items) {
      const receivedAt = receivedAtOf(item.record);
      requireInvariant(
        receivedAt >= this.#lastReceivedAt,
        'time-never-falls',
        `${receivedAt} after ${this.#lastReceivedAt}`,
      );
      this.#lastReceivedAt = receivedAt;
      this.#items.push(item);
    }
    requireInvariant(
      commit.head.size === BigInt(this.#items.length),
      'size-never-shrinks',
      `commit to ${commit.head.size} on a disk of ${this.#items.length} records`,
    );
  }

  #readPublish({ checkpoint: { size, note } }: Extract<Write, { kind: 'publish' }>): void {
    requireInvariant(
      this.#published.get(size) !== note,
      'published-once',
      `size ${size} is published again with nothing new`,
    );
    this.#published.set(size, note);
    for (const line of parseNote(note).signatures.slice(1).map(formatSignatureLine)) {
      requireInvariant(
        this.#cosignatures.has(line),
        'only-cosigned',
        `size ${size} is published with a line that no witness gave`,
      );
    }
    this.see(note);
  }

  #readAnchor({ job }: Extract<Write, { kind: 'anchor' }>): void {
    const fate = this.#chain.fate(job);
    requireInvariant(
      this.#roots.get(job.size) === toBase64(job.root),
      'one-root-a-size',
      `another root is anchored at ${job.size}`,
    );
    if (job.state === 'final')
      requireInvariant(fate === 'final', 'only-final-anchors', `job ${job.id} is final, on the chain ${fate}`);
    if (job.state === 'failed')
      requireInvariant(fate === 'dead', 'failed-is-dead', `job ${job.id} is failed, on the chain ${fate}`);
    const latest = new Map(this.#disk.writes.filter(isAnchor).map((write) => [write.job.id, write.job]));
    const ofSize = [...latest.values()].filter(({ size, state }) => size === job.size && state !== 'failed');
    requireInvariant(
      ofSize.length <= 1,
      'one-anchor-a-size',
      `size ${job.size} has ${ofSize.length} anchors that may take effect`,
    );
  }

  #finalJobs() {
    return this.#disk.writes
      .filter(isAnchor)
      .map(({ job }) => job)
      .filter(({ state }) => state === 'final');
  }
}

function isAnchor(write: Write): write is Extract<Write, { kind: 'anchor' }> {
  return write.kind === 'anchor';
}

function nameOf(record: LedgerRecord): string {
  const file = record.sections.find(({ name }) => name === 'file')?.value;
  return isJsonObject(file) && typeof file['name'] === 'string' ? file['name'] : 'no file';
}

function receivedAtOf(record: LedgerRecord): string {
  const time = record.sections.find(({ name }) => name === 'time')?.value;
  return isJsonObject(time) && typeof time['receivedAt'] === 'string' ? time['receivedAt'] : '';
}
