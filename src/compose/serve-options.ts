import type { ServedCertificate } from '../adapters/certificate-files/certificate-files.ts';
import type { AccessLogEntry } from '../http/access-log.ts';
import type { CaseFormat } from '../kinds/cases/case-format.ts';
import type { CleanupStack } from '../http/cleanup-stack.ts';
import type { Clock } from '../log/ports.ts';
import type { ServeEvent } from '../server/service-events.ts';
import type { LedgerChain } from './chain.ts';
import type { OpenedLedger } from './ledger.ts';

export interface ServeOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /**
   * An external chain's nodes; undefined: the local chain in the data folder, or the nodes of the
   * trust file's hint.
   */
  readonly rpcUrls?: readonly string[] | undefined;
  readonly chainPort: number;
  readonly chainDir?: string | undefined;
  readonly anchorIntervalMs: number;
  /** Highest price of a unit of gas of an anchor; 0 or undefined: any. */
  readonly maxFeeGwei?: number;
  /** Accounts whose endorsements receipts embed; at most as many as a receipt takes. */
  readonly endorsers?: readonly string[];
  /** Nothing is signed before the contract, the pinned checkpoint or a witness has agreed. */
  readonly requireOutsideHead?: boolean;
  /** Records are registered also while the clock is further ahead than it can be. */
  readonly acceptClock?: boolean;
  /** File with a signed checkpoint of this log that is kept elsewhere. */
  readonly pinnedCheckpoint?: string | undefined;
  /** File with the tlog-policy whose witnesses cosign; undefined: the log has none. */
  readonly witnessPolicy?: string | undefined;
  /** How fast stored data is read again in the background; 0: not at all. */
  readonly scrubBytesPerSecond?: number;
  /** The folder of all backups, whose newest one the metrics show. */
  readonly backupDir?: string | undefined;
  /**
   * Nothing is registered while fewer bytes are free; undefined: the larger of 1 GiB and 5 % of the
   * disk.
   */
  readonly diskReserveBytes?: number | undefined;
  /** Name of the operator, which the home page shows. */
  readonly operatorName?: string | undefined;
  /** Forms of case numbers that are recognised besides those that every ledger knows. */
  readonly caseFormats?: readonly CaseFormat[];
  /** A folder of fonts for characters that the program's own fonts lack. */
  readonly fonts?: string | undefined;
  /** Address of the verify page that certificates name. */
  readonly verifyUrl?: string | undefined;
  /** File with the providers of OpenID Connect at which persons sign in. */
  readonly signInProviders?: string | undefined;
  /** Requests per second of one address before it must wait; 0: no limit. */
  readonly requestsPerSecond?: number;
  /** Files of a certificate with its chain and of its key; undefined: http. */
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  /** How often the files are looked at; undefined: every five seconds. */
  readonly certificateCheckMs?: number;
  /** Addresses and prefixes of trusted proxies, whose statements about the client hold. */
  readonly behindProxy?: readonly string[] | undefined;
  /** Other machines may send passwords and contents unencrypted. */
  readonly insecureHttp?: boolean;
  /** Hosts by which browsers on other machines reach the service, with ports. */
  readonly publicHosts?: readonly string[] | undefined;
  /** Strangers may look up every record by its digest. */
  readonly publicLookup?: boolean;
  /** Where others reach nodes of the chain; undefined: the nodes that the service asks. */
  readonly publicRpcUrls?: readonly string[] | undefined;
  /** Unix milliseconds: the time of records, upload tokens and anchors. */
  readonly clock: Clock;
  readonly onEvent: (event: ServeEvent) => void;
  /** Called with every request when it has ended. */
  readonly onRequest?: ((request: AccessLogEntry) => void) | undefined;
}

/** What all stages of a start share. */
export interface Run {
  readonly options: ServeOptions;
  readonly cleanup: CleanupStack;
  /** Undefined: http. */
  readonly certificate: ServedCertificate | undefined;
  isStopping: boolean;
}

/** A ledger that is open for the service, which always has a chain, though it may have no nodes. */
export interface ServedLedger extends OpenedLedger {
  readonly chain: LedgerChain;
}
