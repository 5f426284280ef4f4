import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { accessFiles } from '../adapters/access-files/access-files.ts';
import { acceptedRecord } from '../adapters/access-files/accepted-record.ts';
import { nodeSha256 } from '../adapters/node-crypto/node-hashes.ts';
import { type Heartbeat, startHeartbeat } from '../http/heartbeat.ts';
import { uuidV7 } from '../kinds/record-id.ts';
import type { Log } from '../log/log.ts';
import {
  newestStatement,
  type RecoveredStream,
  recoverStreams,
  requireRecordedState,
} from '../operations/access-records.ts';
import type { LedgerFolder, OpenStore } from '../operations/ports.ts';
import { AccessLog } from '../people/access/access-log.ts';
import type { DirectoryLog } from '../people/directory-log.ts';
import type { AccessStreams } from '../people/ports.ts';
import { toBase64 } from '../protocol/encoding/bytes.ts';
import { AccessTrail } from '../server/access/access-trail.ts';
import { AccessRecorder } from '../server/background/access-recorder.ts';
import type { DiskReserve } from '../server/background/disk-reserve.ts';
import type { ServeEvent } from '../server/service-events.ts';
import type { ServedLedger } from './serve-options.ts';

export interface OpenedAccess {
  readonly streams: AccessStreams;
  /** What no record of the log covers yet. */
  readonly earlier: readonly RecoveredStream[];
}

/**
 * Opens the access log: throws `access-log-behind` where it, or the directory, is not as far as the
 * newest record of the log states, unless the operator has accepted that. Torn ends are cut.
 */
export async function openAccess(
  { paths }: LedgerFolder,
  store: OpenStore['store'],
  onEvent: (event: ServeEvent) => void,
): Promise<OpenedAccess> {
  const dir = paths.access;
  const streams = accessFiles(dir);
  const state = { store, streams, hash: nodeSha256 };
  const newest = await newestStatement(store, nodeSha256);
  const isAccepted = newest !== undefined && acceptedRecord(dir).read() === toBase64(newest.root);
  if (newest !== undefined && !isAccepted) await requireRecordedState(state, newest);
  const fileOf = (stream: string) => join(dir, `${stream}.log`);
  const earlier = await recoverStreams(state, {
    onTorn: ({ stream, ...torn }) => onEvent({ type: 'torn-tail', file: fileOf(stream), ...torn }),
    onFault: (stream, message) =>
      onEvent({ type: 'damage', code: 'access-damaged', message, file: fileOf(stream), repair: 'restore-access' }),
  });
  return { streams, earlier };
}

export interface ServeAccessParts {
  readonly ledger: ServedLedger;
  readonly log: Log;
  readonly people: DirectoryLog;
  readonly disk: DiskReserve;
  readonly clock: () => number;
  readonly onEvent: (event: ServeEvent) => void;
  readonly earlier: OpenedAccess;
}

export interface ServedAccess {
  readonly trail: AccessTrail;
  /** Records the last entries, as far as the log takes a record, and closes the stream. */
  stop(): Promise<void>;
}

const FLUSH_EVERY_MS = 1000;
const FLUSHES_A_COUNT = 60;
const RECORD_STEP_MS = 5000;

/** A new id, which begins with its time. */
export function newStreamId(): string {
  return uuidV7(Date.now(), new Uint8Array(randomBytes(10)));
}

/** Writes and records the access log from now on. */
export function serveAccess({ ledger, log, people, disk, clock, onEvent, earlier }: ServeAccessParts): ServedAccess {
  const onError = (error: unknown) => onEvent({ type: 'internal-error', error });
  const { streams } = earlier;
  const access = new AccessLog({
    streams,
    hash: nodeSha256,
    clock,
    newStream: newStreamId,
    origin: ledger.identity.log.origin,
  });
  const onState = (state: AccessTrail['state']) => onEvent({ type: 'access-log', state });
  const trail = new AccessTrail({ log: access, streams, freeBytes: () => disk.freeBytes(), onState, onError });
  const recorder = new AccessRecorder({ log, access, people, hash: nodeSha256, clock }, earlier.earlier);
  people.onChange((event) => recorder.directoryChanged(event));
  let flushes = 0;
  const flushing = startHeartbeat(async () => {
    if (++flushes % FLUSHES_A_COUNT === 0) trail.addCounts();
    await trail.flush().catch(onError);
    return FLUSH_EVERY_MS;
  });
  const recording = startHeartbeat(async () => {
    await recorder.step().catch(() => {}); // why the log refuses is reported where it began to
    return RECORD_STEP_MS;
  });
  const stop = async () => {
    await Promise.all([flushing, recording].map((heartbeat: Heartbeat) => heartbeat.stop()));
    trail.addCounts();
    await trail.flush().catch(onError);
    await recorder.stop().catch(() => {}); // the next start records what was not
    await access.close();
  };
  let stopped: Promise<void> | undefined;
  return { trail, stop: () => (stopped ??= stop()) };
}
