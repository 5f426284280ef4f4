import type { Head, LedgerRecord, StoreProblem } from '../log/model.ts';
import type { LogSigner, ScrubSource, Store } from '../log/ports.ts';
import type { AccessStreams, DirectoryStore } from '../people/ports.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { Rotations } from '../protocol/key-rotation.ts';
import type { VerifierKey } from '../protocol/note/vkey.ts';
import type { KeysOfSize, Trust } from '../protocol/trust.ts';
import type { LedgerError } from '../text/ledger-error.ts';
import type { Message } from '../text/message.ts';

/**
 * What the operations need from the machine that keeps a ledger. Each interface is implemented in
 * src/adapters; src/compose chooses the implementations and hands them over as `LedgerParts`.
 */
export interface LedgerParts {
  /** `chainDir` is another place for the folder of the local chain. */
  readonly folderAt: (dir: string, chainDir?: string) => LedgerFolder;
  readonly engineIn: (dir: string) => StorageEngine;
  readonly contentsIn: (folder: string) => ContentStore;
  readonly keys: KeyFiles;
  readonly localChain: LocalChainFiles;
  readonly staging: StagingFolders;
  /** The streams of the access log in a folder. */
  readonly accessIn: (folder: string) => AccessStreams;
  readonly hash: Sha256;
}

/**
 * The store of one ledger as an operator handles it: its journal is the record, its index is made
 * from the journal. The caller holds the lock of the data folder, except for `copyTo`.
 */
export interface StorageEngine {
  /** Creates the store of an empty log. Fails where there is one. */
  create(head: Head): Promise<Store & DirectoryStore>;
  /**
   * Opens a store that `create` made, bringing the index up to the journal. Fails with
   * `journal-damaged` (the record itself is not whole) or `index-unusable` (the index must be
   * rebuilt).
   */
  open(options: OpenStoreOptions): Promise<OpenStore>;
  /** Reads everything and judges it. Never changes the journal. */
  check(options: CheckOptions): Promise<StoreCheck>;
  /**
   * Measures the store, and reads its last segment where it is not in use. Takes no lock, and never
   * fails because of damage.
   */
  survey(options: { readonly isInUse: boolean }): Promise<StoreSurvey>;
  /** Makes the index again from the journal, which is not changed. Resolves to the head. */
  rebuildIndex(onProgress: (size: bigint) => void): Promise<Head>;
  /**
   * Makes the journal whole from the parts that are whole, here and in the copy of a data folder or
   * the backup in `from`. Changes nothing unless the result is complete; what was there is kept
   * under other names.
   */
  repair(options: { readonly from: string | undefined; readonly vkeys: KeysOfSize }): Promise<readonly RepairedFile[]>;
  /**
   * Copies the journal into the existing, empty folder `to`, durably, while the store may be in use
   * by another process. The copy is a whole store at some size of the log. Files that an earlier
   * copy, the folder `earlier`, has byte by byte are shared with it.
   */
  copyTo(to: string, earlier?: string): Promise<StoreCopy>;
  /** Reads the journal of a copy, to which nothing is added. Fails with `journal-damaged`. */
  readCopy(): Promise<Pick<StoreCopy, 'head' | 'contents'>>;
  /**
   * The records of a kind in the journal, in their order, also while the store is in use or in a
   * copy of it. Fails with `journal-damaged`.
   */
  recordsOf(kind: string): Promise<readonly AnchoredRecord[]>;
  /**
   * The newest record of a kind, read from the end of the journal, also while the store is in use.
   * Fails with `journal-damaged`.
   */
  newestRecordOf(kind: string): Promise<IndexedRecord | undefined>;
}

/** A record with its place in the log. */
export interface IndexedRecord {
  readonly index: bigint;
  readonly record: LedgerRecord;
}

export interface AnchoredRecord extends IndexedRecord {
  /**
   * Time of the block of the first final anchor that covers the record, in Unix milliseconds;
   * undefined where there is none.
   */
  readonly anchoredMs: number | undefined;
}

export interface OpenStoreOptions {
  /**
   * The largest tree size that contract, pinned checkpoints and witnesses hold: a torn tail below
   * it is not cut. Asked only where a tail is torn, with the head before it.
   */
  readonly externalSize: (head: Head) => Promise<bigint>;
  readonly onTornTail: (tail: TornTail) => void;
  /** Called once, with the failure that made the store refuse all further writes. */
  readonly onFailStop: (error: LedgerError) => void;
}

export interface OpenStore {
  readonly store: Store & DirectoryStore;
  scrubSource(contents: ContentStore): ScrubSource;
}

/** Bytes behind the last whole frame that were cut: nothing that they began was acknowledged. */
export interface TornTail {
  readonly file: string;
  readonly offset: number;
  /** The seq that the frame would have had. */
  readonly seq: number;
  readonly lengthBytes: number;
}

export interface CheckOptions {
  /** The keys that signed the log's notes, by size. */
  readonly vkeys: KeysOfSize;
  readonly onProgress: (size: bigint) => void;
  /** Called for each record that owns content (hex SHA-256), which is the caller's to check. */
  readonly onContent: (record: bigint, sha256: string) => void;
}

export interface StoreCheck {
  readonly ok: boolean;
  /** Of the last commit before the first damage of the journal. */
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly problems: readonly StoreProblem[];
  /** Problems beyond those that are listed. */
  readonly omittedCount: number;
}

export interface StoreSurvey {
  readonly indexFolder: string;
  /** Undefined where there is no index. */
  readonly indexBytes: number | undefined;
  /** 0 where the journal cannot be listed. */
  readonly segments: number;
  readonly journalBytes: number;
  /** Unix milliseconds of the newest modification of a segment; 0 where there is none. */
  readonly lastWriteMs: number;
  /** The first fault of the journal that was seen. */
  readonly fault: JournalFault | undefined;
}

export type JournalFault =
  | { readonly isTorn: true; readonly file: string; readonly offset: number }
  | { readonly isTorn: false; readonly text: Message };

export interface RepairedFile {
  readonly file: string;
  /** The new name of what was there before. */
  readonly kept?: string;
}

export interface StoreCopy {
  /** Of the last commit in the copy. */
  readonly head: Head;
  readonly files: readonly CopiedFile[];
  /** Hex SHA-256 of every content that a record of the copy owns. */
  readonly contents: ReadonlySet<string>;
  /** The raw transactions, 0x-hex, of the anchors that the copy knows. */
  readonly anchors: ReadonlySet<string>;
}

export interface CopiedFile {
  readonly name: string;
  readonly lengthBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** The file is that of the earlier copy. */
  readonly isLinked: boolean;
}

export interface ReadOptions {
  /** Bytes [start, end); undefined: all. */
  readonly range?: { readonly start: number; readonly end: number } | undefined;
  /** Ends the reading, which then throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Evidence bytes, by their SHA-256 in lower-case hex. */
export interface ContentStore {
  /** Makes the folder for uploads, and removes what interrupted ones left in it. */
  sweep(): Promise<number>;
  /**
   * Durable when it resolves. `accept` may refuse by throwing, before the content gets its name.
   */
  put(stream: AsyncIterable<Uint8Array>, accept: (content: StoredContent) => void): Promise<StoredContent>;
  size(sha256: string): Promise<number | undefined>;
  /** All bytes or those of [start, end); throws `content-damaged` before the last of them. */
  read(sha256: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** Reads one content whole; undefined where it is what its name says. */
  check(sha256: string, onRead?: (bytes: number) => Promise<void>): Promise<ContentProblem | undefined>;
  pathOf(sha256: string): string;
  /**
   * Takes the file `from`, which is durable, as this content: one file, two names. Its bytes are
   * not read. Resolves to false where there is no such file of this size, or it can have no second
   * name. Durable after `syncAdopted`.
   */
  adopt(from: string, content: { readonly sha256: string; readonly size: number }): Promise<boolean>;
  syncAdopted(): Promise<void>;
}

/** Digests are lower-case hex, sizes bytes. */
export interface StoredContent {
  readonly sha256: string;
  readonly sm3: string;
  readonly size: number;
}

export interface ContentProblem {
  readonly code: 'content-missing' | 'content-damaged';
  readonly file: string;
  readonly message: Message;
}

/** Where things are in a data folder. */
export interface DataPaths {
  readonly dir: string;
  /** One line: the version of this layout. */
  readonly version: string;
  readonly lock: string;
  /** The ledger of record. */
  readonly journal: string;
  /** The ledger's identity, pinned at init: what the operator offers as trust file. */
  readonly trust: string;
  /** Every change of keys so far. Absent: none. */
  readonly rotations: string;
  /** A change of keys that is decided and not completed. */
  readonly keyChange: string;
  /** While it exists, nothing is signed before an external head has agreed with the log. */
  readonly externalCheckPolicy: string;
  /** Space held for a start on a full disk. */
  readonly ballast: string;
  readonly contents: string;
  /** The streams of the access log. Absent: there were no accounts. */
  readonly access: string;
  readonly chain: string;
  readonly keys: string;
  readonly logKey: string;
  readonly chainKey: string;
}

/** The data folder of one ledger, besides its store: identity, history of keys, marks. */
export interface LedgerFolder {
  readonly paths: DataPaths;
  /** Whether the folder holds a ledger, of whatever version. */
  hasLedger(): boolean;
  /** Fails with `ledger-missing`, or `ledger-version` where the layout is not this program's. */
  requireLedger(): void;
  /** Whether the ledger was created with a local chain of its own. */
  hasLocalChain(): boolean;
  /** Fails with `identity-unreadable`, or `key-change-unfinished`. */
  readIdentity(): Trust;
  writeIdentity(trust: Trust): void;
  /** Writes the digest of the identity file that is there. */
  sealIdentity(): void;
  /** The last file of a new folder. */
  writeVersion(): void;
  readRotations(): Rotations;
  /**
   * Makes the key that will replace `log` or `chain`, once, however often the run that makes it is
   * cut off. Resolves to its path.
   */
  makeNextKey(name: 'log' | 'chain', create: (path: string) => void): Promise<string>;
  /**
   * Another key, another identity or both, as one step that happens or does not. The caller holds
   * the lock and has made the next key durable.
   */
  changeKeys(change: KeyChange): Promise<void>;
  /** Has the next start wait for an external head that agrees. */
  writePendingExternalCheck(check: PendingExternalCheck): Promise<void>;
  /**
   * What a restore left for the next start; undefined: nothing. Fails with `identity-unreadable`
   * where it cannot be read.
   */
  readPendingExternalCheck(): PendingExternalCheck | undefined;
  /** Durable when it resolves. */
  removePendingExternalCheck(): Promise<void>;
  /** Marks a chain folder outside the data folder as not belonging to a ledger yet. */
  markProvisional(chain: string): void;
  /** Removes that mark: the ledger exists. */
  confirmChain(): void;
  /** Removes the chain that an interrupted init or restore left, and no other. */
  removeProvisionalChain(): void;
}

export interface KeyChange {
  /** The key whose next one, `keys/<name>.next`, takes its place; undefined: no key is replaced. */
  readonly key?: 'log' | 'chain';
  /** Undefined: the identity stays as it is. */
  readonly trust?: Trust;
  readonly rotations: Rotations;
}

export interface PendingExternalCheck {
  /** The local chain came out of the same backup, so its contract is no external memory. */
  readonly isChainRestored: boolean;
  /**
   * The signed checkpoint that this log was older than, where it was restored all the same: it must
   * never be signed over.
   */
  readonly contradictedBy?: string;
}

/** The key that signs the log's checkpoints. */
export interface LogKey extends LogSigner {
  readonly key: VerifierKey;
}

/**
 * Secret files of mode 0600. Reading fails with `key-unreadable`, `key-file-open`, `key-malformed`.
 */
export interface KeyFiles {
  createLogKey(path: string, origin: string): LogKey;
  readLogKey(path: string): LogKey;
  /** Draws a key at random where `privateKey` (0x-hex) is undefined. */
  createChainKey(path: string, privateKey?: string): void;
  readChainKey(path: string): string;
  /** The account of a chain key, 0x-hex lower case. */
  accountOf(privateKey: string): string;
  /** Resolves to the bytes that it wrote. */
  copySecret(from: string, to: string): Uint8Array;
}

/** The files of a local chain. */
export interface LocalChainFiles {
  journalPath(dir: string): string;
  settingsPath(dir: string): string;
  /**
   * Copies the journal of a chain that may be running, durably, up to the first anchor of
   * `contract` that is not among `anchors` (raw transactions).
   */
  copyJournal(from: string, to: string, contract: string, anchors: ReadonlySet<string>): Promise<void>;
}

/** Folders that are put together next to their place and take it last, by one rename. */
export interface StagingFolders {
  /**
   * Creates a folder and its parents where they are missing; `mode` undefined: as the mask leaves.
   * Fails with `file-unwritable`.
   */
  create(folder: string, mode?: number): void;
  /** Where the folder `final` is put together by this process. */
  pathFor(final: string, work: string): string;
  /** Removes what interrupted runs of the same work left. */
  removeStale(final: string, work: string): void;
  /** Fails with `folder-not-empty` where something has taken the place. */
  publish(staging: string, final: string): Promise<void>;
  /** Makes the names in a folder durable. */
  sync(folder: string): Promise<void>;
}
