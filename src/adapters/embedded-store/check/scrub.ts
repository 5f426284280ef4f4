import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { CHECK_FAULTS, STORE_FAULTS } from '../../../text/store.ts';
import { faultText } from '../store-fault.ts';
import { rowFault, openRow, type Row } from '../index/rows.ts';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { HASH_BYTES, type Sha256, sha256 } from '../../../protocol/encoding/hash.ts';
import { TILE_WIDTH } from '../../../protocol/merkle/tile.ts';
import { type LedgerRecord, recordFaults, type StoreProblem, type StoreProblemCode } from '../../../log/model.ts';
import type { ScrubSource } from '../../../log/ports.ts';
import type { ContentStore } from '../../../operations/ports.ts';
import { type Applied, applyWhole, emptyState, type IndexState } from '../index/apply.ts';
import { decodeBody } from '../journal/body.ts';
import { JOURNAL_BEGIN, type JournalPosition, positionAfter } from '../journal/frame-place.ts';
import { listSegments, segmentBegin, type Segment } from '../journal/segments.ts';
import { readFrameAt, readJournal, type JournalFrame } from '../journal/read-journal.ts';
import { type CommitPayload, decodePayload, type Payload } from '../journal/payload.ts';
import { REBUILD, REPAIR } from './problems.ts';
import { keyName, recordOfKey } from '../index/keys.ts';
import { formatScrubPosition, parseScrubPosition, recallScrub, rememberScrub } from './scrub-memory.ts';
import { journalFolder } from '../folders.ts';
import type { LevelStore } from '../store.ts';

export interface ScrubOptions {
  readonly hash?: Sha256;
  /** Called with the number of bytes that were read; holds the walk up, or ends it by throwing. */
  readonly onRead: (bytes: number) => Promise<void>;
  readonly onProblem: (problem: StoreProblem) => void;
  /** Called for each record that owns content (hex SHA-256). */
  readonly onContent?: (record: bigint, sha256: string) => Promise<void>;
  /** Where an earlier walk had come to; where it does not fit the journal, the walk starts over. */
  readonly from?: string | undefined;
  /** Called after each frame, with what `from` would be. */
  readonly onPosition?: (position: () => string) => void;
}

const ROWS_AT_ONCE = 64;

/** An open store and its contents, as the scrubber reads them. */
export function scrubSource(store: LevelStore, contents: Pick<ContentStore, 'check'>): ScrubSource {
  const { dir } = store.stored();
  return {
    walk: (from, { onRead, onProblem, onPosition }) =>
      scrubStore(store, {
        from,
        onRead,
        onProblem,
        onPosition,
        async onContent(record, digest) {
          const problem = await contents.check(digest, onRead);
          if (problem === undefined) return;
          const { code, file, message } = problem;
          onProblem({ code, where: { file, record }, message, repair: 'put-back' });
        },
      }),
    recall: () => recallScrub(dir),
    remember: (memory) => rememberScrub(dir, memory),
  };
}

/**
 * Reads all of an open store while it is in use: every frame up to the newest one, every record
 * against its log entry, every tree against its root, and every row that the frames make against
 * the index. Writes nothing. `evl fsck` finds more (surplus rows, notes of other keys), but needs
 * the ledger to stand still.
 */
export async function scrubStore(store: LevelStore, options: ScrubOptions): Promise<void> {
  const { dir, last } = store.stored();
  const walk = new Scrub(store, options);
  const segments = await segmentsUpTo(dir, last.segment, last.end, options);
  let from: JournalPosition | undefined = await walk.resume(segments);
  while (from !== undefined) from = await walk.journal(segments, from);
}

/** Leaves out what lies behind the newest frame: it may be being written at this moment. */
async function segmentsUpTo(
  dir: string,
  segment: number,
  end: number,
  { onProblem }: ScrubOptions,
): Promise<Segment[]> {
  try {
    const all = await listSegments(journalFolder(dir));
    return all.slice(0, segment + 1).map((each) => (each.number === segment ? { ...each, lengthBytes: end } : each));
  } catch (error) {
    const where = { file: journalFolder(dir) };
    onProblem({ code: 'journal-damaged', where, message: faultText(error), repair: REPAIR });
    return [];
  }
}

class Scrub {
  readonly #store: LevelStore;
  readonly #options: ScrubOptions;
  readonly #hash: Sha256;
  /** Undefined once a frame is missing: from there on each frame is only checked by itself. */
  #state: IndexState | undefined;

  constructor(store: LevelStore, options: ScrubOptions) {
    this.#store = store;
    this.#options = options;
    this.#hash = options.hash ?? sha256;
    this.#state = emptyState(store.stored().hasher);
  }

  /** Where to begin: behind the frame that an earlier walk read last, if it has not changed. */
  async resume(segments: readonly Segment[]): Promise<JournalPosition> {
    const { from } = this.#options;
    const state = from === undefined ? undefined : parseScrubPosition(from, this.#store.stored().hasher);
    if (state === undefined) return JOURNAL_BEGIN;
    try {
      await readFrameAt(segments, state.place);
    } catch {
      return JOURNAL_BEGIN; // the walk from the front reports what is wrong with it
    }
    this.#state = state;
    return positionAfter(state.place);
  }

  /**
   * Reads from a position to the end: undefined. Or up to what cannot be read: the beginning of
   * the next segment.
   */
  async journal(segments: readonly Segment[], from: JournalPosition): Promise<JournalPosition | undefined> {
    for await (const read of readJournal(segments, from)) {
      if (read.kind === 'frame') {
        await this.#frame(read);
        continue;
      }
      const { path, offset, seq, reason, lengthBytes, segment } = read;
      this.#state = undefined;
      this.#options.onProblem({
        code: 'journal-damaged',
        where: { file: path, offset, seq },
        message: bilingual(CHECK_FAULTS.notRead, { seq, offset, reason, length: lengthBytes }),
        repair: REPAIR,
      });
      const next = segments[segment + 1];
      const begin = next && (await segmentBegin(next));
      return begin && { segment: segment + 1, offset: 0, seq: Number(begin.seq), previousHash: begin.previousHash };
    }
    return undefined;
  }

  async #frame(frame: JournalFrame): Promise<void> {
    await this.#options.onRead(frame.place.end - frame.place.begin);
    if (this.#state === undefined) return;
    let payload: Payload;
    let applied: Applied;
    try {
      payload = decodePayload(frame.payload);
      applied = applyWhole(this.#store.stored().hasher, this.#state, payload, frame.place);
    } catch (error) {
      this.#state = undefined;
      this.#report(frame, 'journal-damaged', faultText(error));
      return;
    }
    this.#state = applied.state;
    if (payload.kind === 'commit') await this.#records(frame, payload);
    await this.#rows(applied.rows);
    this.#options.onPosition?.(() => formatScrubPosition(applied.state));
  }

  async #records(frame: JournalFrame, { firstIndex, items }: CommitPayload): Promise<void> {
    for (const [i, { body, entry }] of items.entries()) {
      const index = firstIndex + BigInt(i);
      let record: LedgerRecord;
      try {
        record = decodeBody(body);
      } catch (error) {
        this.#report(frame, 'record-damaged', faultText(error), index);
        continue;
      }
      for (const reason of recordFaults(record, entry, this.#hash))
        this.#report(frame, 'record-damaged', reason, index);
      if (record.content !== undefined) await this.#options.onContent?.(index, record.content);
    }
  }

  async #rows(rows: readonly Row[]): Promise<void> {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      const some = rows.slice(at, at + ROWS_AT_ONCE);
      await Promise.all(some.map((row) => this.#row(row)));
      await this.#options.onRead(some.reduce((bytes, { key, value }) => bytes + key.length + value.length, 0));
    }
  }

  async #row({ key, value }: Row): Promise<void> {
    const reason = await this.#fault(key, value);
    if (reason === undefined) return;
    const record = recordOfKey(key);
    const where = { key: keyName(key).en, ...(record === undefined ? {} : { record }) };
    this.#options.onProblem({ code: 'index-damaged', where, message: reason, repair: REBUILD });
  }

  async #fault(key: Buffer, value: Buffer): Promise<Message | undefined> {
    try {
      const content = await this.#store.stored().index.getOrThrow(key);
      const isSame = isReplaced(key, value) || equalBytes(content, openRow({ key, value }));
      return isSame ? undefined : rowFault(key, STORE_FAULTS.rowDiffers);
    } catch (error) {
      if (error instanceof LedgerError && error.code === 'index-damaged') return error.text;
      throw error;
    }
  }

  #report({ path, place }: JournalFrame, code: StoreProblemCode, message: Message, record?: bigint): void {
    const where = { file: path, offset: place.begin, seq: place.seq, ...(record === undefined ? {} : { record }) };
    this.#options.onProblem({ code, where, message, repair: REPAIR });
  }
}

/**
 * Whether later frames replace this row: the state, partial tiles, anchors and published notes.
 * Such a row must exist and be whole by its crc.
 */
function isReplaced(key: Buffer, value: Buffer): boolean {
  const name = String.fromCharCode(key[0]! >= 0x80 ? 0xff - key[0]! : key[0]!);
  return 'Sap'.includes(name) || (name === 't' && value.length < TILE_WIDTH * HASH_BYTES);
}
