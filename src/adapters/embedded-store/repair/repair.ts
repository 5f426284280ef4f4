import { LedgerError } from '../../../text/ledger-error.ts';
import { errorText } from '../../../text/error-text.ts';
import { bilingual } from '../../../text/message.ts';
import { joinMessages, REPAIR_FAULTS } from '../../../text/store.ts';
import { StoreFault } from '../store-fault.ts';
import { copyFile, link, mkdir, open, readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RepairedFile } from '../../../operations/ports.ts';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { parseNote } from '../../../protocol/note/note.ts';
import type { KeysOfSize } from '../../../protocol/trust.ts';
import { checkNote } from '../../../protocol/note/vkey.ts';
import type { TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import { syncFolder } from '../../files/sync-folder.ts';
import { emptyState, type IndexState } from '../index/apply.ts';
import type { FramePlace } from '../journal/frame-place.ts';
import { FIRST_PREVIOUS_HASH } from '../journal/frame.ts';
import { indexedPlace, openIndex, type OpenedIndex } from '../check/index-check.ts';
import type { JournalFrame } from '../journal/read-journal.ts';
import { type Segment, segmentName, segmentFiles } from '../journal/segments.ts';
import { frameAt, framesOf, surveySegment } from '../journal/journal-survey.ts';
import { decodePayload } from '../journal/payload.ts';
import { frameRange, Problems } from '../check/problems.ts';
import { applyFrame } from '../recover.ts';
import { SegmentReader } from '../journal/segment-reader.ts';
import { indexFolder, journalFolder } from '../folders.ts';

export interface RepairOptions {
  readonly dir: string;
  /** A backup, or another copy of the data folder. */
  readonly from?: string | undefined;
  readonly vkeys: KeysOfSize;
  readonly hasher: TreeHasher;
}

/** A whole frame in one of the files. */
interface Found {
  readonly path: string;
  readonly place: FramePlace;
  readonly previousHash: Uint8Array;
}

/** By hash, the places where a frame was found; those in the journal itself come first. */
type Frames = ReadonlyMap<string, readonly Found[]>;

interface PlannedSegment {
  readonly path: string;
  readonly frames: readonly Found[];
}

/**
 * Makes the journal whole again from all frames that are whole, here and in a copy. Which ones
 * belong together is not a matter of trust: each frame states the hash of the one before, so the
 * newest one that is confirmed (by the index, or by its signed note) fixes every byte before it.
 * Nothing is changed unless the result is complete, and read as a start would read it.
 *
 * A segment that is whole is not touched. The others are written next to it, synced, and renamed;
 * the old files stay as `NNNNNNNN.damaged-<n>`. Killed at any point it can be run again: the files
 * that it left are read like any other copy.
 */
export async function repairJournal(options: RepairOptions): Promise<RepairedFile[]> {
  const folder = journalFolder(options.dir);
  const copy = options.from === undefined ? [] : [journalFolder(options.from)];
  for (const each of copy) await requireFolder(each);
  if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(options.dir);
  const frames = await framesIn([folder, ...copy]);
  const index = await openIndex(indexFolder(options.dir), new Problems(0));
  const reader = new FrameReader();
  try {
    const chain = await confirmedChain(frames, reader, index, folder, options.vkeys);
    const planned = layOut(chain, frames, folder);
    await requireReadable(planned, reader, options.hasher);
    const changed = await writeChanged(planned, reader);
    return await putInPlace(changed, planned, folder);
  } finally {
    await reader.close();
    await index.database?.close();
  }
}

async function requireFolder(copy: string): Promise<void> {
  try {
    await readdir(copy);
  } catch (cause) {
    throw new LedgerError('backup-unreadable', { path: copy, reason: errorText(cause), cause });
  }
}

/**
 * Finds the frames of every file that may hold some, including those that an earlier repair set
 * aside or did not finish.
 */
async function framesIn(folders: readonly string[]): Promise<Frames> {
  const frames = new Map<string, Found[]>();
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => /^[0-9]{8}\.(?:seg|repairing|damaged-)/.test(name));
    const isSegment = (name: string) => name.endsWith('.seg');
    for (const name of [...names.filter(isSegment), ...names.filter((each) => !isSegment(each))]) {
      const path = join(folder, name);
      const segment: Segment = { number: Number(name.slice(0, 8)), path, lengthBytes: (await stat(path)).size };
      for await (const piece of surveySegment(segment)) {
        if (piece.kind !== 'run') continue;
        let { previousHash } = piece;
        for await (const { place } of framesOf(piece)) {
          const key = hex(place.hash);
          frames.set(key, [...(frames.get(key) ?? []), { path, place, previousHash }]);
          previousHash = place.hash;
        }
      }
    }
  }
  return frames;
}

/** The chain of frames up to the newest confirmed one. */
async function confirmedChain(
  frames: Frames,
  reader: FrameReader,
  index: OpenedIndex,
  folder: string,
  vkeys: KeysOfSize,
): Promise<readonly Found[]> {
  const tips = [...frames.values()].map(([first]) => first!).toSorted((a, b) => b.place.seq - a.place.seq);
  const own = tips.find(({ path }) => dirname(path) === folder && path.endsWith('.seg'));
  if (index.stored === undefined && own === undefined) {
    // a copy that is too old would pass for the whole ledger, and the log would be forked
    throw new LedgerError('repair-lacking', { reason: bilingual(REPAIR_FAULTS.nothingLeft, { folder }) });
  }
  const needed = index.stored?.seq ?? 0;
  for (const tip of tips) {
    if (tip.place.seq < needed) break;
    const chain = chainTo(tip, frames);
    if (chain !== undefined && (await isConfirmed(chain, reader, index, own, vkeys))) return chain;
  }
  throw lacking(frames, Math.max(needed, tips[0]?.place.seq ?? 0));
}

function chainTo(tip: Found, frames: Frames): readonly Found[] | undefined {
  const chain = [tip];
  for (let first = tip; first.place.seq > 0; first = chain.at(-1)!) {
    const before = frames.get(hex(first.previousHash))?.[0];
    if (before === undefined || before.place.seq !== first.place.seq - 1) return undefined;
    chain.push(before);
  }
  return equalBytes(chain.at(-1)!.previousHash, FIRST_PREVIOUS_HASH) ? chain.toReversed() : undefined;
}

/**
 * Whether a chain of frames is this ledger's. Another history, even a signed one, is not taken: the
 * chain must hold the newest frame that the index knows; where the index does not state it, the
 * newest frame of this journal. What goes beyond that must end with a signed note.
 */
async function isConfirmed(
  chain: readonly Found[],
  reader: FrameReader,
  index: OpenedIndex,
  own: Found | undefined,
  vkeys: KeysOfSize,
): Promise<boolean> {
  const seq = index.stored?.seq;
  const known = (seq === undefined ? undefined : await indexedPlace(index, seq)) ?? own?.place;
  const holds = (place: FramePlace) =>
    chain[place.seq] !== undefined && equalBytes(chain[place.seq]!.place.hash, place.hash);
  if (known !== undefined && !holds(known)) return false;
  const tip = chain.at(-1)!;
  if (tip.place.seq === known?.seq) return true;
  const payload = decodePayload((await reader.read(tip)).payload);
  if (payload.kind === 'anchor') return own !== undefined && equalBytes(own.place.hash, tip.place.hash);
  const { size, note } = payload.kind === 'commit' ? payload.head : payload.checkpoint;
  return checkNote(parseNote(note), vkeys(size)).status === 'signed';
}

function lacking(frames: Frames, lastSeq: number): LedgerError {
  const there = new Set([...frames.values()].map(([first]) => first!.place.seq));
  const ranges: [number, number][] = [];
  for (let seq = 0; seq <= lastSeq; seq++) {
    if (there.has(seq)) continue;
    if (ranges.at(-1)?.[1] === seq - 1) ranges.at(-1)![1] = seq;
    else ranges.push([seq, seq]);
  }
  const missing = ranges.slice(0, 10).map(([first, last]) => frameRange(first, last));
  const reason =
    missing.length > 0
      ? bilingual(REPAIR_FAULTS.framesMissing, { frames: joinMessages(missing) })
      : REPAIR_FAULTS.unconnected;
  return new LedgerError('repair-lacking', { reason });
}

/**
 * Lays the frames out in segments: each begins with a frame at offset 0, and has no gap. A place
 * that has the frame already is preferred.
 */
function layOut(chain: readonly Found[], frames: Frames, folder: string): PlannedSegment[] {
  const planned: { path: string; frames: Found[] }[] = [];
  for (const found of chain) {
    const { begin, hash, seq } = found.place;
    if (begin === 0) planned.push({ path: join(folder, segmentName(planned.length)), frames: [] });
    const segment = planned.at(-1)!;
    const end = segment.frames.at(-1)?.place.end ?? 0;
    if (begin !== end) {
      const values = { seq, file: found.path, found: begin, expected: end };
      throw new LedgerError('repair-lacking', { reason: bilingual(REPAIR_FAULTS.offset, values) });
    }
    const own = frames.get(hex(hash))!.find(({ path, place }) => path === segment.path && place.begin === begin);
    segment.frames.push(own ?? found);
  }
  return planned;
}

/** Reads everything as a start would: every commit has the root of its tree. */
async function requireReadable(
  planned: readonly PlannedSegment[],
  reader: FrameReader,
  hasher: TreeHasher,
): Promise<void> {
  let state: IndexState = emptyState(hasher);
  for (const { frames } of planned) {
    for (const found of frames) ({ state } = applyFrame(hasher, state, await reader.read(found)));
  }
}

/** Writes every segment that is to change, next to the existing one. */
async function writeChanged(planned: readonly PlannedSegment[], reader: FrameReader): Promise<PlannedSegment[]> {
  const changed: PlannedSegment[] = [];
  for (const segment of planned) {
    if (await isInPlace(segment)) continue;
    await writeSegment(segment, reader);
    changed.push(segment);
  }
  return changed;
}

async function putInPlace(
  changed: readonly PlannedSegment[],
  planned: readonly PlannedSegment[],
  folder: string,
): Promise<RepairedFile[]> {
  const repaired: RepairedFile[] = [];
  for (const { path } of changed) {
    const kept = await keep(path, folder);
    await rename(stagedPath(path), path);
    repaired.push({ file: path, ...(kept !== undefined && { kept }) });
  }
  const paths = new Set(planned.map(({ path }) => path));
  const { segments, foreign } = await segmentFiles(folder);
  const isNext = ({ number, lengthBytes }: Segment) => number === planned.length && lengthBytes === 0;
  const surplus = segments.filter((segment) => !paths.has(segment.path) && !isNext(segment)).map(({ path }) => path);
  for (const file of [...surplus, ...foreign]) {
    const kept = await freeName(file, folder);
    await rename(file, kept);
    repaired.push({ file, kept });
  }
  await syncFolder(folder);
  return repaired;
}

async function isInPlace({ path, frames }: PlannedSegment): Promise<boolean> {
  if (frames.some((found) => found.path !== path)) return false;
  return (await stat(path)).size === frames.at(-1)!.place.end;
}

async function writeSegment({ path, frames }: PlannedSegment, reader: FrameReader): Promise<void> {
  // it may be one of the sources, left by a repair that was killed: written under another name
  // first
  const temporary = `${stagedPath(path)}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    for (const found of frames) await handle.writeFile((await reader.read(found)).bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, stagedPath(path));
}

function stagedPath(path: string): string {
  return path.replace(/\.seg$/, '.repairing');
}

/** Gives an existing file a second name, before another file takes the first. */
async function keep(path: string, folder: string): Promise<string | undefined> {
  const kept = await freeName(path, folder);
  try {
    await link(path, kept).catch(() => copyFile(path, kept)); // where the file system has no links
    return kept;
  } catch {
    return undefined; // it does not exist
  }
}

/** A free name that a start does not take for a segment. */
async function freeName(path: string, folder: string): Promise<string> {
  const names = new Set(await readdir(folder));
  const stem = basename(path).replaceAll('.seg', '');
  let n = 1;
  while (names.has(`${stem}.damaged-${n}`)) n++;
  return join(folder, `${stem}.damaged-${n}`);
}

/**
 * Reads frames that were found. Each file is opened once, for most are read from one end to the
 * other.
 */
class FrameReader {
  readonly #readers = new Map<string, SegmentReader>();

  async read({ path, place }: Found): Promise<JournalFrame> {
    const reader = this.#readers.get(path) ?? (await SegmentReader.open(path));
    this.#readers.set(path, reader);
    const frame = frameAt(
      await reader.bytes(place.begin, place.end - place.begin),
      { path, number: place.segment },
      place.begin,
    );
    if (!equalBytes(frame.place.hash, place.hash)) {
      throw new StoreFault(bilingual(REPAIR_FAULTS.changedMeanwhile, { file: path, offset: place.begin }));
    }
    return frame;
  }

  async close(): Promise<void> {
    for (const reader of this.#readers.values()) await reader.close();
  }
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
