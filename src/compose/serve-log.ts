import { EthereumEndorsements } from '../adapters/ethereum/endorsements.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { blockwiseRandomBytes } from '../adapters/node-crypto/random.ts';
import { uuidV7 } from '../kinds/record-id.ts';
import { formatRecordNumber } from '../kinds/record-number.ts';
import { clockBound } from '../log/clock-bound.ts';
import type { ExternalCheckPolicy } from '../log/external-head.ts';
import { Log, type WitnessParts } from '../log/log.ts';
import type { LogKey } from '../operations/ports.ts';
import { parseNote } from '../protocol/note/note.ts';
import { checkNote } from '../protocol/note/vkey.ts';
import { keysValidAt, unrevokedKeys } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { chainFacts } from './chain.ts';
import type { Run, ServedLedger, ServeOptions } from './serve-options.ts';
import { sleep, withTimeout } from './timeouts.ts';

/** The log, and the endorsements that its receipts embed. */
export interface ServedLog {
  readonly log: Log;
  /** Undefined: receipts embed none. */
  readonly endorsements: EthereumEndorsements | undefined;
}

/** Stage 3: the log has compared itself with all external heads, before anything is signed. */
export async function openLog(run: Run, ledger: ServedLedger, signer: LogKey): Promise<ServedLog> {
  const { options } = run;
  const { onEvent, clock } = options;
  const { identity, store, chain, witnessed, stated } = ledger;
  const random = blockwiseRandomBytes();
  const endorsements = connectEndorsements(run, ledger);
  const witnesses = witnessParts(run, ledger);
  const log = await Log.open({
    store,
    chain: chain.contract,
    signer,
    clock,
    latestTimeMs: options.acceptClock === true ? undefined : latestTimeOf(clock(), store.head().lastTimeMs),
    random,
    newIdentifiers: (timeMs) => ({
      id: uuidV7(timeMs, random(10)),
      number: formatRecordNumber(timeMs, random(12)),
    }),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    place: identity.chain,
    isSigned: (note) =>
      checkNote(
        parseNote(note),
        identity.log.keys.map(({ key }) => key),
      ).status === 'signed',
    isRevoked: (size, block) => keysValidAt(identity, size, block).length === 0,
    anchorIntervalMs: options.anchorIntervalMs,
    endorsements,
    onAnchorFailed: ({ failure, txHash, size }) =>
      onEvent({ type: 'anchor-failed', failure: failure!, txHash, size: size.toString() }),
    onAnchorReorged: ({ txHash, size }, { blockNumber }) =>
      onEvent({ type: 'anchor-taken-back', txHash, size: size.toString(), block: blockNumber.toString() }),
    onHalt: ({ code, text }) => onEvent({ type: 'halted', code, text }),
    external: { ...externalCheckPolicy(options, ledger), witnessed, stated },
    witnesses,
  });
  await compareWithContractAtStart(log);
  if (log.obstacle?.code === 'outside-head-missing' && log.halted === undefined) onEvent({ type: 'awaiting-outside' });
  return { log, endorsements };
}

function latestTimeOf(startMs: number, lastRecordMs: number): () => number {
  const startedAt = performance.now();
  return clockBound({ startMs, lastRecordMs, elapsedMs: () => performance.now() - startedAt });
}

/** Undefined where no endorser is configured. */
function connectEndorsements({ options, cleanup }: Run, { identity, chain }: ServedLedger) {
  const { endorsers = [] } = options;
  if (endorsers.length === 0) return undefined;
  const endorsements = new EthereumEndorsements({ ...chainFacts(identity), url: () => chain.urls()[0], endorsers });
  cleanup.push(() => endorsements.close());
  return endorsements;
}

function witnessParts(run: Run, { identity, witnesses }: ServedLedger): WitnessParts | undefined {
  if (witnesses === undefined) return undefined;
  return {
    ...witnesses,
    keys: unrevokedKeys(identity),
    sleep,
    // what this process's own end interrupts is not reported
    onEvent: (event) => (run.isStopping ? undefined : run.options.onEvent(event)),
  };
}

/**
 * Which external heads must agree before the log signs: asked for by the operator, or left by a
 * restore.
 */
function externalCheckPolicy(
  { requireOutsideHead = false, rpcUrls, onEvent }: ServeOptions,
  { folder, pending, pinned }: ServedLedger,
): ExternalCheckPolicy {
  const isRequired = requireOutsideHead || pending !== undefined;
  return {
    isRequired,
    isChainExternal: pending?.isChainRestored !== true || rpcUrls !== undefined,
    pinned,
    onAgreed: () => {
      if (isRequired) onEvent({ type: 'outside-agrees' });
      if (pending === undefined) return;
      // should it stay, the next start asks once more
      folder.removePendingExternalCheck().catch((error: unknown) => onEvent({ type: 'internal-error', error }));
    },
  };
}

/**
 * Compares with the contract before the first signature. A chain that does not answer in time keeps
 * nothing from being registered.
 */
async function compareWithContractAtStart(log: Log): Promise<void> {
  const comparison = log.compareWithChain().catch((error: unknown) => {
    // problems of the chain are reported by the anchoring, contradictions have halted the log
    if (!(error instanceof LedgerError)) throw error;
  });
  await withTimeout(comparison);
}
