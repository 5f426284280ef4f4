import { equalBytes, toBase64 } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import { list, members, text } from '../../protocol/encoding/shape.ts';
import { ACCESS_FAULTS } from '../../text/access.ts';
import { bilingual, type Message } from '../../text/message.ts';
import type { AccessStreams } from '../ports.ts';
import type { AccessEntry, AccessHead } from './entry.ts';
import { readStream, type StreamEnd } from './read-stream.ts';
import type { AccessStatement } from './statement.ts';

/** A statement with its place in the log. */
export interface RecordedStatement extends AccessStatement {
  /** Index of the record. */
  readonly index: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

export interface AccessProblem {
  readonly code: AccessProblemCode;
  readonly stream: string;
  readonly message: Message;
}

export type AccessProblemCode = 'access-missing' | 'access-damaged' | 'access-contradicts' | 'access-record-wrong';

export interface CheckedStream {
  readonly stream: string;
  readonly entries: number;
  /** The last entry that a record of the log covers. */
  readonly recordedTo: number;
  readonly tornBytes: number;
}

export interface AccessCheck {
  readonly streams: readonly CheckedStream[];
  /** Removed at a recorded head, and named by an entry of a stream that is there. */
  readonly cut: readonly string[];
  readonly records: number;
  readonly problems: readonly AccessProblem[];
}

/**
 * Compares the streams with what the records of the log state of them, given in the order of the
 * log. What was left out of a stream before its head was recorded, nothing here can know.
 */
export async function checkStreams(
  hash: Sha256,
  streams: Pick<AccessStreams, 'list' | 'read'>,
  statements: readonly RecordedStatement[],
): Promise<AccessCheck> {
  const problems: AccessProblem[] = [];
  const byStream = Map.groupBy(statements, ({ stream }) => stream);
  const checked: CheckedStream[] = [];
  const cuts = new Map<string, { to: number; head: string }>();
  for (const stream of await streams.list()) {
    const stated = byStream.get(stream) ?? [];
    const heads = new Map<number, Uint8Array>();
    const wanted = new Set(stated.map(({ to }) => to));
    const end = await readStream(hash, streams.read(stream), (entry, head) => {
      if (wanted.has(head.count)) heads.set(head.count, head.hash);
      for (const cut of cutsOf(entry)) cuts.set(cut.stream, cut);
    });
    problems.push(...streamProblems(stream, end, stated, heads));
    const recordedTo = stated.at(-1)?.to ?? 0;
    checked.push({ stream, entries: end.head.count, recordedTo, tornBytes: end.tornBytes });
  }
  const present = new Set(checked.map(({ stream }) => stream));
  for (const [stream, stated] of byStream) {
    problems.push(...recordProblems(stream, stated));
    if (present.has(stream)) continue;
    const [last, cut] = [stated.at(-1)!, cuts.get(stream)];
    const isCut = cut?.to === last.to && cut.head === toBase64(last.head);
    if (isCut) continue;
    problems.push({ code: 'access-missing', stream, message: bilingual(ACCESS_FAULTS.missing, { to: last.to }) });
  }
  const cut = [...cuts.keys()].filter((stream) => !present.has(stream));
  return { streams: checked, cut, records: statements.length, problems };
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
