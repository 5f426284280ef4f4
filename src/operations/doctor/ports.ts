import type { AccessStreams } from '../../people/ports.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import type { Trust } from '../../protocol/trust.ts';
import type { KeyFiles, LedgerFolder, StorageEngine } from '../ports.ts';

/** The settings that a diagnosis depends on. */
export interface DoctorContext {
  readonly serviceUrl: string;
  /** The nodes in force; undefined: the local chain, or the nodes of the trust file. */
  readonly rpcUrls: readonly string[] | undefined;
  readonly chainPort: number;
  readonly diskReserveBytes: number | undefined;
  /** Path of the policy; undefined: the log has no witnesses. */
  readonly witnessPolicy: string | undefined;
  /** The folder of all backups; undefined: backups are not looked for. */
  readonly backupDir?: string | undefined;
  /** Trusted proxies, whose statements about the client hold. */
  readonly behindProxy?: readonly string[] | undefined;
  /** Other machines are served unencrypted. */
  readonly insecureHttp?: boolean;
  /** Address of the verify page that certificates name; undefined: they name none. */
  readonly verifyUrl?: string | undefined;
  readonly nowMs: number;
}

/** What a diagnosis needs from the machine that keeps the ledger. */
export interface DoctorParts {
  readonly folder: Pick<LedgerFolder, 'paths' | 'requireLedger' | 'readIdentity' | 'readRotations' | 'hasLocalChain'>;
  readonly keys: Pick<KeyFiles, 'readLogKey' | 'readChainKey' | 'accountOf'>;
  readonly engine: Pick<StorageEngine, 'survey' | 'newestRecordOf' | 'recordsOf'>;
  /** The streams of the access log. */
  readonly access: AccessStreams;
  readonly hash: Sha256;
  /** Whether another process holds the lock of the data folder. */
  readonly isLocked: () => boolean;
  /** Blocks in the journal of the local chain. Throws `journal-damaged`. */
  readonly countChainBlocks: () => Promise<number>;
  /**
   * When the certificate of the service ends; undefined: it has none. Throws `certificate-wrong`.
   */
  readonly certificateEndMs: () => Promise<number | undefined>;
  /** The witnesses of a policy. Throws `witness-policy-wrong`. */
  readonly witnessesOf: (policyFile: string, identity: Trust) => readonly PolicyWitness[];
}

export interface PolicyWitness {
  readonly name: string;
  readonly url: string;
  /** Whether there is an HTTP answer at its address. */
  readonly isReachable: () => Promise<boolean>;
}
