import type { Typesetter } from '../documents/ports.ts';
import type { CaseFormat } from '../kinds/cases/case-format.ts';
import type { SeenContent } from '../kinds/view.ts';
import type { Log } from '../log/log.ts';
import type { Clock, RandomBytes } from '../log/ports.ts';
import type { DirectoryLog } from '../people/directory-log.ts';
import type { ChainQuestion, ChainSource } from '../protocol/chain/rpc.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { Rotations } from '../protocol/key-rotation.ts';
import type { Trust } from '../protocol/trust.ts';
import type { AccessTrail } from './access/access-trail.ts';
import type { ProviderSettings } from './access/providers.ts';
import type { Sessions } from './access/sessions.ts';
import type { DiskReserve } from './background/disk-reserve.ts';
import type { AccessLogEntry } from '../http/access-log.ts';
import type { HandlerCount } from '../http/handler-count.ts';
import type { ScrubHealth } from './background/scrubber.ts';
import type { UploadTokens } from './upload-tokens.ts';

export interface ReadOptions {
  /** Undefined: all bytes. */
  readonly range?: { readonly start: number; readonly end: number } | undefined;
  /** Ends the reading, which then throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The stored bytes of evidence. */
export interface Contents {
  /** Stores and hashes a stream; `accept` throws to refuse what has arrived. */
  put(stream: AsyncIterable<Uint8Array>, accept: (content: SeenContent) => void): Promise<SeenContent>;
  /** In bytes; undefined: there is no such content. */
  size(sha256: string): Promise<number | undefined>;
  /**
   * All bytes, or those of [start, end). Throws before the last of them if the content does not
   * have this digest, and before the first where that was found before.
   */
  read(sha256: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
}

/** The health of the chain after the last step of the anchorer. */
export interface ChainHealth {
  readonly isReachable: boolean;
  /** Code of the last failure. */
  readonly problem?: string;
}

export interface SeenBackup {
  /** Unix milliseconds. */
  readonly timeMs: number;
  /** Records that it holds. */
  readonly size: bigint;
}

/** What the operations work with; src/compose puts it together. */
export interface ServerContext {
  readonly log: Log;
  readonly contents: Contents;
  readonly uploads: UploadTokens;
  readonly hash: Sha256;
  /** Unix milliseconds. */
  readonly clock: Clock;
  /** The operator's trust file, with the present address of its chain. */
  readonly trust: () => Trust;
  /** Every change of keys that the operator states. */
  readonly rotations: () => Rotations;
  readonly askChain: (questions: readonly ChainQuestion[]) => Promise<ChainSource[]>;
  readonly typesetter: Typesetter;
  /** Address of the verify page that certificates name; undefined: they name none. */
  readonly verifyUrl?: string | undefined;
  /** The account that anchors, 0x-hex. */
  readonly account: string;
  readonly chainHealth: () => ChainHealth;
  /** Nodes of the chain that do not count at present. */
  readonly troubledNodes: () => number;
  readonly disk: DiskReserve;
  /**
   * The newest backup that the service can see; undefined: there is none. Absent: none is looked
   * for.
   */
  readonly newestBackup?: (() => Promise<SeenBackup | undefined>) | undefined;
  readonly scrubHealth: () => ScrubHealth;
  /** Organisations, persons, cases and grants. */
  readonly people: DirectoryLog;
  readonly sessions: Sessions;
  readonly access: AccessTrail;
  /** What the owner of the data folder shows: `evh_` and random characters. */
  readonly hostToken: string;
  /** Browsers reach the service by https: cookies say so. */
  readonly isSecure: boolean;
  /** Trusted proxies, whose statements about the client hold: addresses and prefixes. */
  readonly proxies: readonly string[];
  /** Hosts by which browsers on other machines reach the service, with ports. */
  readonly publicHosts: readonly string[];
  /** Other machines may send passwords and contents unencrypted. */
  readonly isInsecureAllowed: boolean;
  /** Strangers may look up every record by its digest, and not only those that are published. */
  readonly isLookupPublic: boolean;
  readonly random: RandomBytes;
  /** Where persons sign in besides here; absent: nowhere. */
  readonly signInProviders?: readonly ProviderSettings[] | undefined;
  /** As the operator states it; shown on the home page and nowhere else. */
  readonly operatorName?: string | undefined;
  /** Forms of case numbers that are recognised besides those that every ledger knows. */
  readonly caseFormats: readonly CaseFormat[];
  /** Called with every request that has ended. */
  readonly onRequest: (entry: AccessLogEntry) => void;
  /** Limit for one address, or one person or key; 0: none. */
  readonly requestsPerSecond: number;
  /** Length of the windows in which a body must arrive; see src/http/slow-body.ts. */
  readonly bodyWindowMs: number;
  readonly isStopping: () => boolean;
  /** Handlers at work, which a stop waits for. */
  readonly handlers: HandlerCount;
  readonly onInternalError: (error: unknown) => void;
}
