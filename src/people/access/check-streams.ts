import { equalBytes, toBase64 } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import { list, members, text } from '../../protocol/encoding/shape.ts';
import { ACCESS_FAULTS } from '../../text/access.ts';
import { bilingual, type Message } from '../../text/message.ts';
import type { AccessStreams } from '../ports.ts';
import type { AccessEntry, AccessHead } from './entry.ts';
import { type CutFault, cutFault, cutTime } from './judge-cut.ts';
import { readStream, type StreamEnd } from './read-stream.ts';
import type { AccessStatement, RecordedStatement } from './statement.ts';

export interface AccessProblem {
  readonly code: AccessProblemCode;
  readonly stream: string;
  readonly message: Message;
}

export type AccessProblemCode =
  'access-missing' | 'access-damaged' | 'access-contradicts' | 'access-record-wrong' | CutFault['code'];

export interface CheckedStream {
  readonly stream: string;
  readonly entries: number;
  /** The last entry that a record of the log covers. */
  readonly recordedTo: number;
  readonly tornBytes: number;
}

export interface AccessCheck {
  readonly streams: readonly CheckedStream[];
  /**
   * Removed at a recorded head, old enough, and named by a recorded entry of a stream that is
   * there.
   */
  readonly cut: readonly string[];
  readonly records: number;
  readonly problems: readonly AccessProblem[];
}

export interface CheckTime {
  /** Unix milliseconds, by the clock of the one who checks. */
  readonly nowMs: number;
  /** The next record is yet to state the newest cut, as before the start that follows it. */
  readonly isCutToBeRecorded?: boolean;
}

/**
 * Compares the streams with what the records of the log state of them, given in the order of the
 * log. What was left out of a stream before its head was recorded, nothing here can know.
 */
export async function checkStreams(
  hash: Sha256,
  streams: Pick<AccessStreams, 'list' | 'read'>,
  statements: readonly RecordedStatement[],
  { nowMs, isCutToBeRecorded = false }: CheckTime,
): Promise<AccessCheck> {
  const problems: AccessProblem[] = [];
  const byStream = Map.groupBy(statements, ({ stream }) => stream);
  const checked: CheckedStream[] = [];
  const cuts: StatedCut[] = [];
  for (const stream of await streams.list()) {
    const stated = byStream.get(stream) ?? [];
    const heads = new Map<number, Uint8Array>();
    const wanted = new Set(stated.map(({ to }) => to));
    const end = await readStream(hash, streams.read(stream), (entry, head) => {
      if (wanted.has(head.count)) heads.set(head.count, head.hash);
      for (const cut of cutsOf(entry)) cuts.push({ ...cut, by: stream, seq: entry.seq });
    });
    problems.push(...streamProblems(stream, end, stated, heads));
    const recordedTo = stated.at(-1)?.to ?? 0;
    checked.push({ stream, entries: end.head.count, recordedTo, tornBytes: end.tornBytes });
  }
  const present = new Set(checked.map(({ stream }) => stream));
  const wrong = new Set(problems.map(({ stream }) => stream));
  const cut: string[] = [];
  for (const [stream, stated] of byStream) {
    problems.push(...recordProblems(stream, stated));
    if (present.has(stream)) continue;
    const last = stated.at(-1)!;
    const fitting = cuts.filter((each) => isCutAt(each, last) && !wrong.has(each.by));
    if (fitting.length === 0) {
      problems.push({ code: 'access-missing', stream, message: bilingual(ACCESS_FAULTS.missing, { to: last.to }) });
      continue;
    }
    // later entries repeat the earlier ones
    const recorded = fitting.flatMap(({ by, seq }) => byStream.get(by)?.find(({ to }) => to >= seq) ?? []);
    const cutMs = recorded[0] === undefined ? undefined : cutTime(recorded[0], nowMs);
    const fault = cutFault(last, cutMs ?? (isCutToBeRecorded ? nowMs : undefined));
    if (fault === undefined) cut.push(stream);
    else problems.push({ ...fault, stream });
  }
  return { streams: checked, cut, records: statements.length, problems };
}

/** That a stream was cut, as an entry states it. */
interface StatedCut {
  readonly stream: string;
  readonly to: number;
  /** Base64. */
  readonly head: string;
  /** The stream and the number of the entry. */
  readonly by: string;
  readonly seq: number;
}

function isCutAt({ stream, to, head }: Omit<StatedCut, 'by' | 'seq'>, last: RecordedStatement): boolean {
  return stream === last.stream && to === last.to && head === toBase64(last.head);
}

function streamProblems(
  stream: string,
  { head, fault, tornBytes }: StreamEnd,
  stated: readonly RecordedStatement[],
  heads: ReadonlyMap<number, Uint8Array>,
): AccessProblem[] {
  const problems: AccessProblem[] = [];
  if (fault !== undefined) {
    const message = bilingual(ACCESS_FAULTS.damaged, { seq: head.count + 1, reason: fault });
    problems.push({ code: 'access-damaged', stream, message });
  }
  const wrong = stated.find((each) => !covers(head, heads, each));
  if (wrong === undefined || (fault !== undefined && wrong.to > head.count)) return problems;
  const facts = { to: wrong.to, record: wrong.index, found: head.count };
  const fitting = wrong.to > head.count ? ACCESS_FAULTS.tooShort : ACCESS_FAULTS.otherHead;
  const message = bilingual(tornBytes > 0 && wrong.to > head.count ? ACCESS_FAULTS.tornBelow : fitting, facts);
  return [...problems, { code: 'access-contradicts', stream, message }];
}

function covers(head: AccessHead, heads: ReadonlyMap<number, Uint8Array>, stated: AccessStatement): boolean {
  if (stated.to > head.count) return false;
  return stated.to === 0 || equalBytes(heads.get(stated.to)!, stated.head);
}

/** The records of one stream follow one another. */
function recordProblems(stream: string, stated: readonly RecordedStatement[]): AccessProblem[] {
  return stated.flatMap(({ from, to, previous, index }, i) => {
    const before = stated[i - 1];
    const follows =
      from === (before?.to ?? 0) + 1 &&
      to >= from - 1 &&
      (before === undefined ? previous === undefined : previous !== undefined && equalBytes(previous, before.root));
    if (follows) return [];
    const message = bilingual(ACCESS_FAULTS.recordOutOfOrder, { record: index });
    return [{ code: 'access-record-wrong' as const, stream, message }];
  });
}

/** The streams that an entry states to be cut; none where it is of another kind. */
export function cutsOf({ entry, value }: AccessEntry): { stream: string; to: number; head: string }[] {
  if (entry !== 'cut') return [];
  return list('streams', value['streams'], 100_000).map((each) => {
    const { stream, to, head } = members('stream', each);
    return { stream: text('stream', stream, 64), to: Number(to), head: text('head', head, 64) };
  });
}
