import { copyFile, link, open, readdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RepairedFile } from '../../../operations/ports.ts';
import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual } from '../../../text/message.ts';
import { REPAIR_FAULTS } from '../../../text/store.ts';
import { syncFolder } from '../../files/sync-folder.ts';
import { type Segment, segmentFiles, segmentName } from '../journal/segments.ts';
import { type Found, type FrameReader, type Frames, hashKey } from './found-frames.ts';

/** A segment as it will be. */
export interface PlannedSegment {
  readonly path: string;
  readonly frames: readonly Found[];
}

/**
 * Lays the frames out in segments: each begins with a frame at offset 0, and has no gap. A place
 * that has the frame already is preferred. Throws `repair-lacking`.
 */
export function layOut(chain: readonly Found[], frames: Frames, folder: string): PlannedSegment[] {
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
    const own = frames.get(hashKey(hash))!.find(({ path, place }) => path === segment.path && place.begin === begin);
    segment.frames.push(own ?? found);
  }
  return planned;
}

/** Writes every segment that is to change, next to the existing one. */
export async function writeChanged(planned: readonly PlannedSegment[], reader: FrameReader): Promise<PlannedSegment[]> {
  const changed: PlannedSegment[] = [];
  for (const segment of planned) {
    if (await isInPlace(segment)) continue;
    await writeSegment(segment, reader);
    changed.push(segment);
  }
  return changed;
}

/**
 * Puts the written segments in place of the old ones. Those, and files that are surplus, stay under
 * another name.
 */
export async function putInPlace(
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
