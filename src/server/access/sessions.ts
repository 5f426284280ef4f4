import type { RandomBytes } from '../../log/ports.ts';
import type { Directory } from '../../people/directory.ts';
import type { KnownDevice, OneTimeLink, PasskeyCount, Session, SessionStore, SignedIn } from '../../people/ports.ts';
import { toHex, utf8Bytes } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import { PeopleError } from '../../text/people-error.ts';

export const IDLE_MS = 30 * 60_000;
export const LONGEST_MS = 12 * 60 * 60_000;
/** For acts that need a sign-in of the last minutes. */
export const FRESH_MS = 10 * 60_000;
const LINK_MS = 24 * 60 * 60_000;
const SEEN_STEP_MS = 60_000;
const MAX_SESSIONS_A_PERSON = 20;
export const DEVICE_MS = 180 * 24 * 60 * 60_000;
const MAX_DEVICES_A_PERSON = 20;
const TOKEN_BYTES = 32;

export interface SessionTools {
  readonly store: SessionStore;
  readonly hash: Sha256;
  readonly random: RandomBytes;
  readonly clock: () => number;
  readonly directory: Directory;
}

/**
 * Sessions and one-time links, by the hash of their tokens. A session ends after half an hour
 * without a request, twelve hours after its sign-in, and with every event of the directory that
 * ends the sessions of its person.
 */
export class Sessions {
  readonly #tools: SessionTools;
  readonly #sessions = new Map<string, Session>();
  readonly #links = new Map<string, OneTimeLink>();
  readonly #devices = new Map<string, KnownDevice>();
  readonly #counts = new Map<string, number>();
  #lastSave: Promise<void> = Promise.resolve();

  private constructor(tools: SessionTools, { sessions, links, devices, counts }: SignedIn) {
    this.#tools = tools;
    for (const session of sessions) this.#sessions.set(session.tokenSha256, session);
    for (const link of links) this.#links.set(link.tokenSha256, link);
    for (const device of devices) this.#devices.set(device.tokenSha256, device);
    for (const { passkey, count } of counts) this.#counts.set(passkey, count);
  }

  static async open(tools: SessionTools): Promise<Sessions> {
    return new Sessions(tools, await tools.store.load());
  }

  /** Begins a session; resolves to its token once it is kept. */
  async begin(person: string, device: string): Promise<string> {
    this.#forgetEnded();
    const { token, tokenSha256 } = this.#newToken();
    // later than the event that ended the sessions of before, even within its millisecond
    const nowMs = Math.max(this.#tools.clock(), (this.#tools.directory.person(person)?.sessionsFromMs ?? 0) + 1);
    const id = toHex(this.#tools.random(16));
    const times = { createdMs: nowMs, authenticatedMs: nowMs, lastSeenMs: nowMs };
    for (const old of this.of(person).slice(MAX_SESSIONS_A_PERSON - 1)) this.#sessions.delete(old.tokenSha256);
    this.#sessions.set(tokenSha256, { id, tokenSha256, person, device: device.slice(0, 200), ...times });
    await this.#save();
    return token;
  }

  /** The valid session of a token, which stays as it is. */
  peek(token: string): Session | undefined {
    const session = this.#sessions.get(this.#hashOf(token));
    return session !== undefined && this.#isValid(session) ? session : undefined;
  }

  /** The session of a token, which has just been used; undefined where there is none any more. */
  use(token: string): Session | undefined {
    const tokenSha256 = this.#hashOf(token);
    const session = this.#sessions.get(tokenSha256);
    if (session === undefined) return undefined;
    if (!this.#isValid(session)) {
      this.#sessions.delete(tokenSha256);
      this.#saveSoon();
      return undefined;
    }
    const nowMs = this.#tools.clock();
    if (nowMs - session.lastSeenMs < SEEN_STEP_MS) return session;
    const seen = { ...session, lastSeenMs: nowMs };
    this.#sessions.set(tokenSha256, seen);
    this.#saveSoon();
    return seen;
  }

  /** Whether a session that was found before is one still. */
  isValid({ tokenSha256 }: Session): boolean {
    const session = this.#sessions.get(tokenSha256);
    return session !== undefined && this.#isValid(session);
  }

  /** The sessions of a person, newest first. */
  of(person: string): readonly Session[] {
    const own = [...this.#sessions.values()].filter((session) => session.person === person && this.#isValid(session));
    return own.toSorted((a, b) => b.createdMs - a.createdMs);
  }

  /** Ends one session of a person; false where there is none with this id. */
  async end(person: string, id: string): Promise<boolean> {
    const session = this.of(person).find((own) => own.id === id);
    if (session === undefined) return false;
    this.#sessions.delete(session.tokenSha256);
    await this.#save();
    return true;
  }

  /** Ends the session of a token, where there is one: another one begins in its browser. */
  drop(token: string): void {
    this.#sessions.delete(this.#hashOf(token)); // saved with the session that begins
  }

  /** A link for a person, or for the first account; it replaces those before it. */
  async makeLink(person: string | undefined): Promise<string> {
    const { token, tokenSha256 } = this.#newToken();
    for (const link of this.#links.values()) if (link.person === person) this.#links.delete(link.tokenSha256);
    const sessionsFromMs = this.#sessionsFrom(person);
    this.#links.set(tokenSha256, { tokenSha256, person, sessionsFromMs, untilMs: this.#tools.clock() + LINK_MS });
    await this.#save();
    return token;
  }

  /** The link of a token, which stays good; undefined where there is none, or it has ended. */
  link(token: string): OneTimeLink | undefined {
    const link = this.#links.get(this.#hashOf(token));
    if (link === undefined || link.untilMs <= this.#tools.clock()) return undefined;
    // void with the event that it was good for, whatever happens before this is saved
    const { person, sessionsFromMs } = link;
    const isUsed = person === undefined ? this.#tools.directory.hasPeople() : sessionsFromMs === undefined;
    return isUsed || this.#sessionsFrom(person) !== sessionsFromMs ? undefined : link;
  }

  /** Does what the link of a token is good for; it is good again only where that fails. */
  async useLink<T>(token: string, work: (link: OneTimeLink) => Promise<T>): Promise<T> {
    const link = this.link(token);
    if (link === undefined) throw new PeopleError('link-invalid');
    this.#links.delete(link.tokenSha256); // at once: nobody else uses it in the meantime
    try {
      const done = await work(link);
      await this.#save();
      return done;
    } catch (error) {
      this.#links.set(link.tokenSha256, link);
      throw error;
    }
  }

  /** The person whose known device has this token. */
  personOfDevice(token: string): string | undefined {
    const device = this.#devices.get(this.#hashOf(token));
    if (device === undefined || device.untilMs <= this.#tools.clock()) return undefined;
    const { devicesFromMs = Infinity } = this.#tools.directory.person(device.person) ?? {};
    return device.untilMs - DEVICE_MS > devicesFromMs ? device.person : undefined;
  }

  /** Remembers a device of a person; resolves to its token. */
  async rememberDevice(person: string): Promise<string> {
    const { token, tokenSha256 } = this.#newToken();
    // later than the event that forgot the devices of before, even within its millisecond
    const nowMs = Math.max(this.#tools.clock(), (this.#tools.directory.person(person)?.devicesFromMs ?? 0) + 1);
    const own = [...this.#devices.values()].filter((device) => device.person === person);
    const gone = own.toSorted((a, b) => b.untilMs - a.untilMs).slice(MAX_DEVICES_A_PERSON - 1);
    for (const device of gone) this.#devices.delete(device.tokenSha256);
    this.#devices.set(tokenSha256, { tokenSha256, person, untilMs: nowMs + DEVICE_MS });
    await this.#save();
    return token;
  }

  /** The last count that a passkey stated; 0 where none was seen. */
  passkeyCount(passkey: string): number {
    return this.#counts.get(passkey) ?? 0;
  }

  /** Keeps the count that a passkey stated; most of those that are synchronised state 0. */
  countPasskey(passkey: string, count: number): void {
    // saved with the session that begins
    if (count > this.passkeyCount(passkey)) this.#counts.set(passkey, count);
  }

  #isValid({ person, createdMs, lastSeenMs }: Session): boolean {
    const { clock, directory } = this.#tools;
    const nowMs = clock();
    const owner = directory.person(person);
    const isEnded = nowMs - lastSeenMs > IDLE_MS || nowMs - createdMs > LONGEST_MS;
    return owner !== undefined && !owner.hasLeft && createdMs > owner.sessionsFromMs && !isEnded;
  }

  #sessionsFrom(person: string | undefined): number | undefined {
    return person === undefined ? undefined : this.#tools.directory.person(person)?.sessionsFromMs;
  }

  #newToken(): { readonly token: string; readonly tokenSha256: string } {
    const token = Buffer.from(this.#tools.random(TOKEN_BYTES)).toString('base64url');
    return { token, tokenSha256: this.#hashOf(token) };
  }

  #hashOf(token: string): string {
    return toHex(this.#tools.hash(utf8Bytes(token.slice(0, 100))));
  }

  /** What a request does not wait for; where it fails, the next save has it. */
  #saveSoon(): void {
    this.#save().catch(() => {});
  }

  /** Of what nobody shows again, such as the session of a browser that was closed. */
  #forgetEnded(): void {
    const nowMs = this.#tools.clock();
    for (const [key, session] of this.#sessions) if (!this.#isValid(session)) this.#sessions.delete(key);
    for (const kept of [this.#links, this.#devices]) {
      for (const [key, { untilMs }] of kept) if (untilMs <= nowMs) kept.delete(key);
    }
  }

  /** One save after the other: the last one has everything. */
  #save(): Promise<void> {
    const save = () =>
      this.#tools.store.save({
        sessions: [...this.#sessions.values()],
        links: [...this.#links.values()],
        devices: [...this.#devices.values()],
        counts: [...this.#counts].map(([passkey, count]): PasskeyCount => ({ passkey, count })),
      });
    this.#lastSave = this.#lastSave.then(save, save);
    return this.#lastSave;
  }
}
