import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { type Sha256, sha256 } from '../../../protocol/encoding/hash.ts';
import type { CompactRange } from '../../../protocol/merkle/compact-range.ts';
import { treeHasher, type TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { CHECK_FAULTS, STORE_FAULTS } from '../../../text/store.ts';
import { faultText, StoreFault } from '../store-fault.ts';
import { FrameCheck, type FrameCheckOptions } from './frame-check.ts';
import { type Gap, gapProblems } from './gaps.ts';
import { noteFault } from './note-check.ts';
import type { Head } from '../../../log/model.ts';
import { applyPayload, emptyState, type IndexState } from '../index/apply.ts';
import { FIRST_PREVIOUS_HASH } from '../journal/frame.ts';
import { addIndexed, indexedPlace, type OpenedIndex } from './index-check.ts';
import type { IndexDatabase } from '../index/index-database.ts';
import { type JournalFault, readJournal, type JournalFrame } from '../journal/read-journal.ts';
import { type Segment, type SegmentFiles, segmentFiles } from '../journal/segments.ts';
import { framesOf, type Loss, type Run, surveyJournal } from '../journal/journal-survey.ts';
import { decodePayload, type CommitPayload, type Payload } from '../journal/payload.ts';
import { CUT_AT_START, CUT_OR_LOST, type Problems, REORDER, REPAIR, frameRange } from './problems.ts';
import { BatchWriter } from '../index/batch-writer.ts';
import type { Row } from '../index/rows.ts';
import { journalFolder } from '../folders.ts';

export interface JournalCheckOptions extends FrameCheckOptions {
  readonly dir: string;
  readonly hash?: Sha256;
  readonly hasher?: TreeHasher;
  readonly onProgress?: (size: bigint) => void;
}

/**
 * One walk over the journal: it computes every stated value again, and makes the rows of the index
 * on the way. Where the journal is damaged the walk continues behind the damage; what lay in
 * between is looked up in the index, and is whole there if it hashes to the root that is signed
 * behind it.
 */
export class JournalCheck {
  readonly #options: JournalCheckOptions;
  readonly #hash: Sha256;
  readonly #hasher: TreeHasher;
  readonly #problems: Problems;
  readonly #rows: BatchWriter;
  readonly #index: OpenedIndex;
  readonly #frames: FrameCheck;
  /** Whether every frame so far followed the one before it. */
  #isWhole = true;
  /**
   * Behind damage: the tree as far as it is known, the size that the frames state, and the gaps
   * that are not accounted for yet.
   */
  #tree: CompactRange | undefined;
  #size = 0n;
  #gaps: Gap[] = [];
  /** The last frame that was read in its order. */
  #last: JournalFrame | undefined;
  /** The state after the frames before the first damage. */
  state: IndexState;

  constructor(options: JournalCheckOptions, problems: Problems, scratch: IndexDatabase, index: OpenedIndex) {
    this.#options = options;
    this.#hash = options.hash ?? sha256;
    this.#hasher = options.hasher ?? treeHasher(this.#hash);
    this.#problems = problems;
    this.#frames = new FrameCheck(options, this.#hash, problems);
    this.#rows = new BatchWriter(scratch);
    this.#index = index;
    this.state = emptyState(this.#hasher);
  }

  get #indexSeq(): number | undefined {
    return this.#index.stored?.seq;
  }

  /** Whether all frames that the index was made from could be read. */
  get isComparable(): boolean {
    return this.#isWhole || (this.#indexSeq !== undefined && this.#indexSeq <= (this.state.place?.seq ?? -1));
  }

  async run(): Promise<void> {
    const folder = journalFolder(this.#options.dir);
    let files: SegmentFiles;
    try {
      files = await segmentFiles(folder);
    } catch (error) {
      this.#isWhole = false;
      this.#problems.add({
        code: 'journal-damaged',
        where: { file: folder },
        message: faultText(error),
        repair: REPAIR,
      });
      return;
    }
    const fault = await this.#readWhole(files.segments);
    await this.#rows.flush();
    if (fault !== undefined) await this.#readBehind(folder, files.segments, fault);
    for (const file of files.foreign) {
      this.#problems.add({
        code: 'segment-foreign',
        where: { file },
        message: CHECK_FAULTS.foreign,
        repair: REORDER,
      });
    }
  }

  /** Reads up to the first damage. Resolves to the place where it begins, or to undefined. */
  async #readWhole(segments: readonly Segment[]): Promise<{ segment: number; offset: number } | undefined> {
    const gapAt = segments.findIndex(({ number }, i) => number !== i);
    const consecutive = gapAt < 0 ? segments : segments.slice(0, gapAt);
    for await (const read of readJournal(consecutive)) {
      if (read.kind === 'fault') {
        if (gapAt < 0 && this.#isTorn(read)) {
          this.#reportTorn(read);
          return undefined;
        }
        return read;
      }
      await this.#frame(read);
      this.#last = read;
    }
    if (gapAt >= 0) return { segment: gapAt, offset: 0 };
    const place = this.#last?.place;
    const isAhead = this.#indexSeq !== undefined && this.#indexSeq > (place?.seq ?? -1);
    if (segments.length > 0 && place !== undefined && !isAhead) return undefined;
    return place === undefined ? { segment: 0, offset: 0 } : { segment: place.segment, offset: place.end };
  }

  /**
   * Whether a fault is a torn tail: a crash within the last write leaves one, and the index does
   * not know that frame.
   */
  #isTorn({ torn, seq }: JournalFault): boolean {
    return torn && seq > 0 && (this.#indexSeq === undefined || this.#indexSeq < seq);
  }

  #reportTorn({ path, offset, seq, reason, lengthBytes }: JournalFault): void {
    this.#problems.add({
      code: 'journal-torn-tail',
      where: { file: path, offset, lengthBytes, seq },
      message: bilingual(CHECK_FAULTS.tornTail, { seq, offset, reason, length: lengthBytes }),
      repair: this.#indexSeq === undefined ? CUT_OR_LOST : CUT_AT_START,
    });
  }

  /**
   * Reads every frame that is still whole from the first damage on, and notes what lies between.
   */
  async #readBehind(
    folder: string,
    segments: readonly Segment[],
    from: { readonly segment: number; readonly offset: number },
  ): Promise<void> {
    if (this.#isWhole) this.#tree = this.state.tree.clone();
    if (this.#isWhole) this.#size = this.state.head.size;
    this.#isWhole = false;
    let last = { seq: this.#last?.place.seq ?? -1, hash: this.#last?.place.hash ?? FIRST_PREVIOUS_HASH };
    let end = { path: this.#last?.path ?? folder, offset: this.#last?.place.end ?? 0 };
    let highest = -1;
    let losses: Loss[] = [];
    for (const piece of await surveyJournal(folder, segments, from)) {
      if (piece.kind === 'loss') {
        losses.push(piece);
        continue;
      }
      if (piece.firstSeq <= last.seq) {
        this.#reportSurplus(piece);
        continue;
      }
      if (piece.segment.number < highest) this.#reportMisplaced(piece);
      highest = Math.max(highest, piece.segment.number);
      const isNext = piece.firstSeq === last.seq + 1;
      if (!isNext || losses.length > 0) this.#lost(last.seq + 1, piece.firstSeq - 1, losses, end, 'journal-damaged');
      else if (!equalBytes(piece.previousHash, last.hash)) await this.#reportUnchained(piece, last);
      losses = [];
      for await (const frame of framesOf(piece)) await this.#frameBehind(frame);
      last = { seq: piece.lastSeq, hash: piece.lastHash };
      end = { path: piece.segment.path, offset: piece.end };
    }
    const lastSeq = Math.max(this.#indexSeq ?? -1, last.seq);
    if (losses.length > 0 || lastSeq > last.seq) this.#lost(last.seq + 1, lastSeq, losses, end, 'journal-behind');
    await this.#accountByIndex();
  }

  /**
   * Notes frames that are missing. Where no bytes are left of them, a segment was cut between two
   * frames.
   */
  #lost(
    firstSeq: number,
    lastSeq: number,
    losses: readonly Loss[],
    end: { readonly path: string; readonly offset: number },
    code: Loss['code'],
  ): void {
    const cut: Loss = { kind: 'loss', code, ...end, lengthBytes: 0, reason: STORE_FAULTS.segmentCut };
    this.#gaps.push({ firstSeq, lastSeq, losses: losses.length > 0 ? losses : [cut] });
  }

  /**
   * Accounts for the records of the gaps by a commit behind them: they are those before its first,
   * and the index has them whole if they hash to what the commit states.
   */
  async #accountByCommit({ firstIndex, items, head }: CommitPayload): Promise<void> {
    const add = (tree: CompactRange) => {
      for (const { entry } of items) tree.append(this.#hasher.leaf(entry));
    };
    await this.#account(firstIndex, head, add);
  }

  /**
   * Accounts for the gaps where no commit follows: the index itself states how far it goes, in a
   * signed note.
   */
  async #accountByIndex(): Promise<void> {
    const { stored } = this.#index;
    const isCovered = stored !== undefined && this.#gaps.every(({ lastSeq }) => lastSeq <= stored.seq);
    if (this.#gaps.length === 0) return;
    if (!isCovered || BigInt(stored.size) < this.#size) {
      this.#reportGaps(undefined, undefined);
      return;
    }
    const head = { size: BigInt(stored.size), root: Buffer.from(stored.root, 'hex'), note: stored.note };
    await this.#account(head.size, head, () => {});
  }

  async #account(end: bigint, head: Pick<Head, 'size' | 'root' | 'note'>, add: (tree: CompactRange) => void) {
    if (this.#gaps.length === 0) return;
    const tree = this.#tree?.clone();
    this.#tree = undefined;
    let recovery: Message = CHECK_FAULTS.unknownBefore;
    if (tree !== undefined) {
      try {
        const owners: [bigint, string][] = [];
        await addIndexed(this.#index, tree, end, this.#hash, this.#hasher, (index, { content }) => {
          if (content !== undefined) owners.push([index, content]);
        });
        const bridged = tree.clone();
        add(tree);
        if (!equalBytes(tree.root(), head.root)) throw new StoreFault(CHECK_FAULTS.otherRoot);
        const reason = noteFault(head.note, head.size, head.root, this.#options.vkeys);
        if (reason !== undefined) throw new StoreFault(bilingual(CHECK_FAULTS.note, { size: head.size, reason }));
        for (const [index, content] of owners) this.#options.onContent?.(index, content);
        this.#tree = bridged;
        recovery = bilingual(CHECK_FAULTS.indexWhole, { size: head.size });
      } catch (error) {
        recovery = bilingual(CHECK_FAULTS.indexNotWhole, { reason: faultText(error) });
      }
    }
    this.#reportGaps(end, recovery);
  }

  #reportGaps(end: bigint | undefined, recovery: Message | undefined): void {
    for (const problem of gapProblems(this.#gaps, this.#size, end, recovery)) this.#problems.add(problem);
    this.#gaps = [];
    if (end !== undefined && end > this.#size) this.#size = end;
  }

  #reportSurplus({ segment, begin, end, firstSeq, lastSeq }: Run): void {
    this.#problems.add({
      code: 'segment-misplaced',
      where: { file: segment.path, offset: begin, lengthBytes: end - begin, seq: firstSeq, lastSeq },
      message: bilingual(CHECK_FAULTS.surplus, { frames: frameRange(firstSeq, lastSeq), offset: begin }),
      repair: REPAIR,
    });
  }

  #reportMisplaced({ segment, begin, end, firstSeq, lastSeq }: Run): void {
    this.#problems.add({
      code: 'segment-misplaced',
      where: { file: segment.path, offset: begin, lengthBytes: end - begin, seq: firstSeq, lastSeq },
      message: bilingual(CHECK_FAULTS.misplaced, { frames: frameRange(firstSeq, lastSeq), offset: begin }),
      repair: REORDER,
    });
  }

  /** Two frames of which one was changed, and its crc made to fit: the index shows which. */
  async #reportUnchained({ segment, begin, firstSeq }: Run, before: { seq: number; hash: Uint8Array }): Promise<void> {
    const indexed = await indexedPlace(this.#index, before.seq);
    const changed = indexed === undefined ? firstSeq : equalBytes(indexed.hash, before.hash) ? firstSeq : before.seq;
    const values = { seq: firstSeq, offset: begin, before: before.seq };
    this.#problems.add({
      code: 'journal-damaged',
      where: { file: segment.path, offset: begin, seq: changed },
      message:
        indexed === undefined
          ? bilingual(CHECK_FAULTS.unchained, values)
          : bilingual(CHECK_FAULTS.unchainedIndexed, { ...values, changed }),
      repair: REPAIR,
    });
  }

  /**
   * Checks a frame before any damage. Where it does not continue the state, the walk goes on as
   * behind damage.
   */
  async #frame(frame: JournalFrame): Promise<void> {
    if (!this.#isWhole) return this.#frameBehind(frame);
    let payload: Payload;
    let rows: readonly Row[];
    const { head: before, directory } = this.state;
    try {
      payload = decodePayload(frame.payload);
      ({ rows, state: this.state } = applyPayload(this.#hasher, this.state, payload, frame.place));
    } catch (error) {
      this.#frames.report('journal-damaged', frame, faultText(error));
      this.#isWhole = false;
      return;
    }
    const isIndexed = this.#indexSeq === undefined || frame.place.seq <= this.#indexSeq;
    if (isIndexed && (await this.#rows.add(rows))) this.#options.onProgress?.(this.state.head.size);
    if (payload.kind === 'commit') this.#frames.commit(frame, payload, before.lastTimeMs, this.state.tree.root());
    if (payload.kind === 'checkpoint') this.#frames.checkpoint(frame, payload.checkpoint, true);
    if (payload.kind === 'directory') this.#frames.directory(frame, payload, directory);
  }

  /**
   * Checks a frame behind damage: its records and notes by themselves, its root where the tree
   * before it is known.
   */
  async #frameBehind(frame: JournalFrame): Promise<void> {
    let payload: Payload;
    try {
      payload = decodePayload(frame.payload);
    } catch (error) {
      this.#frames.report('journal-damaged', frame, faultText(error));
      this.#tree = undefined;
      return;
    }
    if (payload.kind === 'commit') {
      await this.#accountByCommit(payload);
      if (this.#tree?.size !== payload.firstIndex) this.#tree = undefined;
      for (const { entry } of payload.items) this.#tree?.append(this.#hasher.leaf(entry));
      this.#frames.commit(frame, payload, 0, this.#tree?.root() ?? payload.head.root);
      this.#size = payload.head.size;
    }
    if (payload.kind === 'checkpoint') this.#frames.checkpoint(frame, payload.checkpoint, false);
    if (payload.kind === 'directory') this.#frames.directory(frame, payload);
  }
}
