import type { LedgerRecord } from '../log/model.ts';
import type { Store } from '../log/ports.ts';
import { type AccessCheck, checkStreams } from '../people/access/check-streams.ts';
import type { AccessHead } from '../people/access/entry.ts';
import { readStream } from '../people/access/read-stream.ts';
import { ACCESS_KIND, parseStatement, type RecordedStatement } from '../people/access/statement.ts';
import { headAfter, type DirectoryHead, EMPTY_DIRECTORY } from '../people/model.ts';
import type { AccessStreams, DirectoryStore } from '../people/ports.ts';
import { equalBytes } from '../protocol/encoding/bytes.ts';
import { isJsonObject } from '../protocol/encoding/json.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { recordRoot } from '../protocol/record/header.ts';
import { ACCESS_FAULTS } from '../text/access.ts';
import { PeopleError } from '../text/people-error.ts';
import { bilingual, type Message } from '../text/message.ts';

/** What the log states of access log and directory, and whether both have come that far. */

const READ_AT_ONCE = 1000;

/** What a record states; undefined where it is of another kind. Throws a `ProtocolError`. */
export function statementOf(hash: Sha256, record: LedgerRecord, index: bigint): RecordedStatement | undefined {
  if (record.header.kind !== ACCESS_KIND) return undefined;
  const value = record.sections.find(({ name }) => name === ACCESS_KIND)?.value;
  const time = record.sections.find(({ name }) => name === 'time')?.value;
  const receivedMs = isJsonObject(time) ? Date.parse(String(time['receivedAt'])) : Number.NaN;
  return {
    ...parseStatement(value),
    index,
    root: recordRoot(hash, record.header),
    receivedMs: Number.isNaN(receivedMs) ? undefined : receivedMs,
  };
}

/** The newest record of any stream, or of one. */
export async function newestStatement(
  store: Store,
  hash: Sha256,
  stream?: string,
): Promise<RecordedStatement | undefined> {
  const lookup = stream === undefined ? { by: 'kind', value: ACCESS_KIND } : { by: 'stream', value: stream };
  const [index] = await store.newestIndexesOf(lookup, store.head().size, 1);
  const record = index === undefined ? undefined : await store.record(index);
  const stated = record && statementOf(hash, record, index!);
  if (stated === undefined) return undefined;
  const anchor = await store.finalAnchorFrom(stated.index + 1n);
  return { ...stated, anchoredMs: anchor?.inclusion?.blockTimeMs };
}

export interface AccessState {
  readonly store: Store & DirectoryStore;
  readonly streams: AccessStreams;
  readonly hash: Sha256;
}

/**
 * Throws `access-log-behind` where the streams or the directory are not as far as this record of
 * the log states, or are others: what was revoked, ended or logged since then is gone.
 */
export async function requireRecordedState(
  { store, streams, hash }: AccessState,
  stated: RecordedStatement,
): Promise<void> {
  const head = await directoryHeadAt(store, hash, stated.directory.count);
  if (head === undefined || !equalBytes(head.hash, stated.directory.hash)) {
    const facts = { count: store.directoryHead().count, stated: stated.directory.count, record: stated.index };
    throw new PeopleError('access-log-behind', { reason: bilingual(ACCESS_FAULTS.directoryBehind, facts) });
  }
  const { problems } = await checkRecorded({ streams, hash }, stated, (stream) => stream === stated.stream);
  const problem = problems.find(({ stream }) => stream === stated.stream);
  if (problem !== undefined) throw new PeopleError('access-log-behind', { reason: problem.message });
}

/**
 * Compares the streams that `isNeeded` with what one record states of one of them; where that one
 * is missing, all are read, since one of them may state that it was cut.
 */
export async function checkRecorded(
  { streams, hash }: Pick<AccessState, 'streams' | 'hash'>,
  stated: RecordedStatement,
  isNeeded: (stream: string) => boolean,
): Promise<AccessCheck> {
  const all = await streams.list();
  const needed = all.includes(stated.stream) ? all.filter(isNeeded) : all;
  const some = { list: async () => needed, read: (stream: string) => streams.read(stream) };
  return checkStreams(hash, some, [{ ...stated, from: 1, previous: undefined }], {
    nowMs: Date.now(),
    isCutToBeRecorded: true,
  });
}

async function directoryHeadAt(store: DirectoryStore, hash: Sha256, count: number): Promise<DirectoryHead | undefined> {
  if (store.directoryHead().count < count) return undefined;
  if (store.directoryHead().count === count) return store.directoryHead();
  let head = EMPTY_DIRECTORY;
  while (head.count < count) {
    head = headAfter(hash, head, await store.directoryEntries(head.count, Math.min(READ_AT_ONCE, count - head.count)));
  }
  return head;
}

export interface RecoveredStream extends AccessHead {
  readonly stream: string;
}

export interface RecoveryWatch {
  /** The end of a stream was cut: nothing of it was answered. */
  readonly onTorn: (torn: { readonly stream: string; readonly offset: number; readonly lengthBytes: number }) => void;
  readonly onFault: (stream: string, reason: Message) => void;
}

/**
 * The streams of earlier runs that no record of the log covers whole, the oldest first; their torn
 * ends are cut. A stream is recorded after those before it, so what is older than a recorded one is
 * not read.
 */
export async function recoverStreams(
  { store, streams, hash }: AccessState,
  { onTorn, onFault }: RecoveryWatch,
): Promise<RecoveredStream[]> {
  const found: RecoveredStream[] = [];
  for (const stream of (await streams.list()).toReversed()) {
    const newest = await newestStatement(store, hash, stream);
    const { head, lengthBytes, tornBytes, fault } = await readStream(hash, streams.read(stream));
    const isBehind = newest !== undefined && newest.to > head.count;
    if (fault !== undefined || isBehind) onFault(stream, fault ?? ACCESS_FAULTS.behind);
    else {
      if (tornBytes > 0) {
        onTorn({ stream, offset: lengthBytes, lengthBytes: tornBytes });
        await streams.truncate(stream, lengthBytes);
      }
      if (head.count > (newest?.to ?? 0)) found.push({ stream, ...head });
    }
    if (newest !== undefined) break;
  }
  return found.toReversed();
}
