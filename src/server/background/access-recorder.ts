import type { Log } from '../../log/log.ts';
import { lookupsOf } from '../../kinds/look-ups.ts';
import { viewOf } from '../../kinds/views.ts';
import type { AccessLog } from '../../people/access/access-log.ts';
import type { AccessHead } from '../../people/access/entry.ts';
import { ACCESS_KIND, parseStatement, statementJson } from '../../people/access/statement.ts';
import type { DirectoryLog } from '../../people/directory-log.ts';
import type { DirectoryEvent, EventName } from '../../people/events.ts';
import type { DirectoryHead } from '../../people/model.ts';
import { equalBytes } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import { recordRoot } from '../../protocol/record/header.ts';
import { sectionOf } from '../records.ts';

/** Events that take a right away: the log has to grow with them, so that a rollback is noticed. */
const RECORDED_EVENTS: ReadonlySet<EventName> = new Set<EventName>([
  'organisation-closed',
  'person-moved',
  'roles-changed',
  'person-left',
  'person-reset',
  'password-set',
  'password-removed',
  'passkey-removed',
  'identity-unbound',
  'api-key-revoked',
  'case-unassigned',
  'grant-ended',
  'record-withdrawn',
  'restored',
  'restore-confirmed',
]);

export interface AccessRecorderParts {
  readonly log: Log;
  readonly access: AccessLog;
  readonly people: DirectoryLog;
  readonly hash: Sha256;
  /** Unix milliseconds. */
  readonly clock: () => number;
}

/** A stream of an earlier run, and how far it goes. */
export interface EarlierStream extends AccessHead {
  readonly stream: string;
}

interface Recorded {
  readonly to: number;
  readonly root: Uint8Array;
}

export const RECORD_EVERY_MS = 3_600_000;

/** Makes the records of the log that state how far access log and directory have come. */
export class AccessRecorder {
  readonly #parts: AccessRecorderParts;
  readonly #recorded = new Map<string, Recorded | undefined>();
  #earlier: readonly EarlierStream[];
  #directory: DirectoryHead | undefined;
  #recordedMs: number;
  #isDue = false;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: AccessRecorderParts, earlier: readonly EarlierStream[]) {
    this.#parts = parts;
    this.#earlier = earlier;
    this.#recordedMs = parts.clock();
    this.#isDue = earlier.length > 0;
  }

  /** To be awaited with every change of the directory; does not fail where the log refuses. */
  async directoryChanged({ event }: DirectoryEvent): Promise<void> {
    const { directory } = this.#parts.people;
    const isFirst = event === 'person-added' && directory.persons().length === 1;
    if (!isFirst && !RECORDED_EVENTS.has(event)) return;
    this.#isDue = true;
    await this.record().catch(() => {}); // `step` tries again
  }

  /** Records what is due: after an hour with changes, or what could not be recorded before. */
  async step(): Promise<void> {
    const isHourOver = this.#parts.clock() - this.#recordedMs >= RECORD_EVERY_MS;
    if (this.#isDue || (isHourOver && this.#hasChanged())) await this.record();
  }

  /** Records the last entries of this run. */
  async stop(): Promise<void> {
    if (this.#isDue || this.#hasChanged()) await this.record();
  }

  /** Records earlier streams, then the present state; rejects where the log refuses. */
  record(): Promise<void> {
    const recording = this.#last.then(() => this.#recordAll());
    this.#last = recording.catch(() => {});
    return recording;
  }

  async #recordAll(): Promise<void> {
    const { access } = this.#parts;
    this.#earlier = [...this.#earlier, ...access.takeAbandoned()];
    while (this.#earlier.length > 0) {
      await this.#register(this.#earlier[0]!);
      this.#earlier = this.#earlier.slice(1);
    }
    await access.begin();
    const head = access.head();
    if (head === undefined) return; // the access log cannot be written
    this.#isDue = false;
    try {
      await this.#register(head);
      this.#recordedMs = this.#parts.clock();
    } catch (error) {
      this.#isDue = true;
      throw error;
    }
  }

  #hasChanged(): boolean {
    const head = this.#parts.access.head();
    const isNew = head !== undefined && head.count > (this.#recorded.get(head.stream)?.to ?? 0);
    const directory = this.#parts.people.head();
    return isNew || (this.#directory !== undefined && !equalBytes(directory.hash, this.#directory.hash));
  }

  async #register({ stream, count, hash: head }: EarlierStream): Promise<void> {
    const { log, people, hash } = this.#parts;
    const before = await this.#newestOf(stream);
    const directory = people.head();
    const to = Math.max(count, before?.to ?? 0);
    const statement = { stream, from: (before?.to ?? 0) + 1, to, head, previous: before?.root, directory };
    const sections = { [ACCESS_KIND]: statementJson(statement) };
    const { record } = await log.register({
      kind: ACCESS_KIND,
      sections,
      lookups: lookupsOf(viewOf(ACCESS_KIND)!, sections),
    });
    this.#recorded.set(stream, { to, root: recordRoot(hash, record.header) });
    this.#directory = directory;
  }

  async #newestOf(stream: string): Promise<Recorded | undefined> {
    const known = this.#recorded.get(stream);
    if (known !== undefined) return known;
    const { log, hash } = this.#parts;
    const [index] = await log.store.newestIndexesOf({ by: 'stream', value: stream }, log.store.head().size, 1);
    if (index === undefined) return undefined;
    const record = await log.record(index);
    const { to } = parseStatement(sectionOf(record, ACCESS_KIND));
    return { to, root: recordRoot(hash, record.header) };
  }
}
