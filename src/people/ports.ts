import type { DirectoryEntry, DirectoryHead } from './model.ts';

/** Where the events of the directory are kept. Implemented by the stores of the ledger. */
export interface DirectoryStore {
  directoryHead(): DirectoryHead;
  /**
   * Adds entries, durable when it resolves, all or none. Fails with `directory-moved`, writing
   * nothing, unless the head still is `expected`.
   */
  appendToDirectory(entries: readonly DirectoryEntry[], expected: DirectoryHead): Promise<void>;
  /** The entries from the first on, at most `limit`; throws `index-damaged`. */
  directoryEntries(from: number, limit: number): Promise<readonly DirectoryEntry[]>;
}

/** One sign-in of a person in one browser. Times are Unix milliseconds. */
export interface Session {
  /** Names it to its owner; not the token. */
  readonly id: string;
  /** Lower-case hex SHA-256 of the token, which only the browser holds. */
  readonly tokenSha256: string;
  readonly person: string;
  /** What the browser called itself, cut. */
  readonly device: string;
  readonly createdMs: number;
  /** When its owner last showed password or passkey. */
  readonly authenticatedMs: number;
  readonly lastSeenMs: number;
}

/** A link that is good once: for the first account, or to set the password of a person. */
export interface OneTimeLink {
  /** Lower-case hex SHA-256 of its token. */
  readonly tokenSha256: string;
  /** Undefined: the first account of the ledger. */
  readonly person: string | undefined;
  /**
   * As the directory had it of the person when the link was made. The password that a link sets
   * raises it, so that the event itself makes the link void. Undefined for the first account.
   */
  readonly sessionsFromMs: number | undefined;
  readonly untilMs: number;
}

/** A browser in which a person has signed in before: it is not slowed down by strangers. */
export interface KnownDevice {
  /** Lower-case hex SHA-256 of its token. */
  readonly tokenSha256: string;
  readonly person: string;
  readonly untilMs: number;
}

/**
 * How often an authenticator has signed, as it states it (WebAuthn Level 3, section 6.1.1): a count
 * that does not grow gives a copied key away.
 */
export interface PasskeyCount {
  /** Id of the passkey in the directory. */
  readonly passkey: string;
  readonly count: number;
}

export interface SignedIn {
  readonly sessions: readonly Session[];
  readonly links: readonly OneTimeLink[];
  readonly devices: readonly KnownDevice[];
  readonly counts: readonly PasskeyCount[];
}

/** Keeps sessions over a restart, outside of the journal. Not durable against a power cut. */
export interface SessionStore {
  load(): Promise<SignedIn>;
  save(signedIn: SignedIn): Promise<void>;
}

/** The streams of the access log: one for each run of the service, outside of the journal. */
export interface AccessStreams {
  /** Ids, the oldest first. */
  list(): Promise<readonly string[]>;
  /** Makes an empty stream; its name is durable with the first append. */
  create(stream: string): Promise<AccessStreamFile>;
  /** The bytes of a stream in order; nothing where there is no such stream. */
  read(stream: string): AsyncIterable<Uint8Array>;
  /** Cuts a stream to this length; durable when it resolves. */
  truncate(stream: string, lengthBytes: number): Promise<void>;
  /** Durable when it resolves. */
  remove(stream: string): Promise<void>;
}

export interface AccessStreamFile {
  /** Durable when it resolves; what it leaves when it rejects may be any beginning of the bytes. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
