import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalFault, StoreSurvey } from '../../../operations/ports.ts';
import { errorText } from '../../../text/error-text.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { listSegments, type Segment, segmentBegin } from '../journal/segments.ts';
import { readJournal } from '../journal/read-journal.ts';
import { indexFolder, journalFolder } from '../folders.ts';

/** Measures a store and reads its last segment; the port has the contract. */
export async function surveyStore(dir: string, { isInUse }: { readonly isInUse: boolean }): Promise<StoreSurvey> {
  const { segments, fault } = await surveySegments(journalFolder(dir), isInUse);
  const index = filesIn(indexFolder(dir));
  return {
    indexFolder: indexFolder(dir),
    indexBytes: index && sumOf(index.map(({ size }) => size)),
    segments: segments.length,
    journalBytes: sumOf(segments.map(({ lengthBytes }) => lengthBytes)),
    lastWriteMs: Math.max(0, ...(filesIn(journalFolder(dir)) ?? []).map(({ mtimeMs }) => mtimeMs)),
    fault,
  };
}

async function surveySegments(
  folder: string,
  isInUse: boolean,
): Promise<{ readonly segments: readonly Segment[]; readonly fault: JournalFault | undefined }> {
  let segments: readonly Segment[] = [];
  try {
    segments = await listSegments(folder);
    // a running service may be writing to the last segment
    return { segments, fault: isInUse ? undefined : await faultOfLast(segments) };
  } catch (error) {
    return { segments, fault: { isTorn: false, text: errorText(error) } };
  }
}

async function faultOfLast(segments: readonly Segment[]): Promise<JournalFault | undefined> {
  const last = segments.at(-1)!;
  const begin = await segmentBegin(last);
  if (begin === undefined) return undefined;
  const from = { segment: last.number, offset: 0, seq: Number(begin.seq), previousHash: begin.previousHash };
  for await (const read of readJournal(segments, from)) {
    if (read.kind === 'frame') continue;
    const { path: file, offset, seq, reason } = read;
    if (read.torn) return { isTorn: true, file, offset };
    return { isTorn: false, text: bilingual(STORE_FAULTS.atFrame, { file, offset, seq, reason }) };
  }
  return undefined;
}

/** Undefined where there is no such folder. A file that disappears meanwhile is left out. */
function filesIn(folder: string): { readonly size: number; readonly mtimeMs: number }[] | undefined {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
  return readdirSync(folder).flatMap((name) => statSync(join(folder, name), { throwIfNoEntry: false }) ?? []);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
