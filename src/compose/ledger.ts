import { readBoundedFileSync } from '../adapters/files/read-bounded.ts';
import { nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { readWitnessPolicy } from '../adapters/witness-client/policy-file.ts';
import { WitnessClient } from '../adapters/witness-client/witness-client.ts';
import type { CleanupStack } from '../http/cleanup-stack.ts';
import {
  contractHead,
  type ExternalHead,
  isContradiction,
  pinnedHead,
  requireAgreement,
  type WitnessedHead,
  type WitnessStatement,
} from '../log/external-head.ts';
import type { Head } from '../log/model.ts';
import type { Cosigner } from '../log/ports.ts';
import { requireSigned } from '../log/signed-head.ts';
import { TreeReader } from '../log/tree-reader.ts';
import { askStatement, fetchWitnessHeads } from '../log/witness-heads.ts';
import type { LedgerFolder, LogKey, OpenStore, PendingExternalCheck, TornTail } from '../operations/ports.ts';
import { MAX_NOTE_BYTES } from '../protocol/note/note.ts';
import { formatVkey } from '../protocol/note/vkey.ts';
import type { WitnessPolicy } from '../protocol/note/witness-policy.ts';
import { keysForSize, type SizedPolicy, type Trust, unrevokedKeys } from '../protocol/trust.ts';
import { WRONG_KEYS } from '../text/keys.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { PIN_FAULTS } from '../text/log.ts';
import { bilingual } from '../text/message.ts';
import type { LedgerChain } from './chain.ts';
import { LEDGER_PARTS } from './parts.ts';
import { orUndefined } from './timeouts.ts';

/** Which ledger is opened, and what it is compared with. */
export interface LedgerSource {
  readonly folder: LedgerFolder;
  /** The signed note of a checkpoint that was kept elsewhere. */
  readonly pinnedNote: string | undefined;
  /** File with the tlog-policy of the log's witnesses. */
  readonly witnessPolicy: string | undefined;
}

/** What the ledger is opened for, and what only that purpose needs. */
export type Opening =
  /** Contradictions are the log's to find: it halts, and can still be read. */
  | {
      readonly purpose: 'serve';
      readonly logKey: LogKey;
      readonly onTornTail: (tail: TornTail) => void;
      readonly onFailStop: (error: LedgerError) => void;
    }
  /** Rejects where a pinned checkpoint or a witness contradicts the log, or disputes it. */
  | { readonly purpose: 'change-keys'; readonly onTornTail: (tail: TornTail) => void }
  /** Compares a log that nobody uses yet, and reports what contradicts it. */
  | { readonly purpose: 'read' };

export interface OpenedLedger extends OpenStore {
  readonly folder: LedgerFolder;
  readonly identity: Trust;
  readonly reader: TreeReader;
  /** Undefined where it could not be started, or no node is known. */
  readonly chain: LedgerChain | undefined;
  /** What the contract holds; or why it could not be asked; undefined where no node is known. */
  readonly contract: ExternalHead | LedgerError | undefined;
  readonly pinned: readonly ExternalHead[];
  readonly witnessed: readonly WitnessedHead[];
  /** What the witnesses stated that show no head. */
  readonly stated: readonly WitnessStatement[];
  /** Undefined: the log has no witnesses. */
  readonly witnesses: Witnesses | undefined;
  /** What a restore left for the next start. */
  readonly pending: PendingExternalCheck | undefined;
  /** A pinned checkpoint agrees, or one that a witness cosigned. */
  readonly isRemembered: boolean;
  readonly contradictions: Contradictions;
}

export interface Witnesses {
  /** All that the log offers, rising; `policy` is the last one. */
  readonly policies: readonly SizedPolicy[];
  readonly policy: WitnessPolicy;
  /** In the order of the policy. */
  readonly cosigners: readonly WitnessClient[];
}

/** `log-rolled-back` or `log-forked`, by the external heads that contradict the log. */
interface Contradictions {
  /** By a pinned checkpoint or a witness. */
  readonly remembered: LedgerError | undefined;
  readonly contract: LedgerError | undefined;
}

const NO_CONTRADICTION: Contradictions = { remembered: undefined, contract: undefined };

/** Connects to the ledger's chain; undefined where no node of it is known. */
export type Connect = (identity: Trust, cleanup: CleanupStack) => Promise<LedgerChain | undefined>;

/**
 * The one place where a ledger is opened. The order keeps an older copy of the log, or a torn one,
 * from being continued:
 *
 *     read       the identity, and the checkpoints that are pinned
 *     ask        contract and witnesses for the heads that they hold
 *     open       the store, of which no torn tail is cut below those heads
 *     ask        the witnesses that show none for their sizes, by the head of the store
 *     check      that the head is signed by the log, and that the key to sign with is its own
 *     compare    the heads
 *
 * The caller holds the lock of the folder; `cleanup` closes what was opened.
 */
export async function openLedger(
  { folder, pinnedNote, witnessPolicy }: LedgerSource,
  opening: Opening,
  connect: Connect,
  cleanup: CleanupStack,
): Promise<OpenedLedger> {
  const identity = folder.readIdentity();
  const witnesses = witnessPolicy === undefined ? undefined : connectWitnesses(witnessPolicy, identity, cleanup);
  const pending = folder.readPendingExternalCheck();
  const notes = [pinnedNote, pending?.contradictedBy].filter((note) => note !== undefined);
  const pinned = notes.map((note) => pinnedHead(note, identity));

  const { chain, contract, witnessed, pageless } = await askExternally(opening, identity, witnesses, () =>
    connect(identity, cleanup),
  );

  const heads = [...pinned, ...witnessed];
  const contractHeads = contract === undefined || contract instanceof LedgerError ? [] : [contract];
  const statementsOn = askOnce(pageless);
  const externalSize = async (head: Head) => {
    const sizes = [...heads, ...contractHeads, ...(await statementsOn(head))].map(({ size = 0n }) => size);
    return sizes.reduce((most, size) => (size > most ? size : most), 0n);
  };
  const opened = await openStoreAbove(externalSize, folder, opening, cleanup);
  const { store } = opened;

  const head = store.head();
  requireSigned(head, keysForSize(identity, head.size));
  if (opening.purpose === 'serve') requireOwnKey(opening.logKey, identity, head.size + 1n);

  const stated = await statementsOn(head);
  const reader = new TreeReader(store, nodeTreeHasher);
  const contradictions =
    opening.purpose === 'serve' ? NO_CONTRADICTION : await compareHeads(opened, reader, heads, contract);
  if (opening.purpose === 'change-keys' && contradictions.remembered !== undefined) throw contradictions.remembered;
  const disputed = stated.find(({ dispute }) => dispute !== undefined);
  if (opening.purpose === 'change-keys' && disputed !== undefined) {
    throw new LedgerError('witness-disagrees', { name: disputed.name, reason: disputed.dispute! });
  }
  const isRemembered = pinned.length > 0 || [...witnessed, ...stated].some(({ isCosigned }) => isCosigned);
  return {
    ...opened,
    folder,
    identity,
    reader,
    chain,
    contract,
    pinned,
    witnessed,
    stated,
    witnesses,
    pending,
    isRemembered,
    contradictions,
  };
}

/** The text of a checkpoint that is kept in a file; `pin-wrong` where it cannot be read. */
export function readPinnedNote(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return Buffer.from(readBoundedFileSync(path, MAX_NOTE_BYTES)).toString();
  } catch (cause) {
    throw new LedgerError('pin-wrong', { reason: bilingual(PIN_FAULTS.unreadableFile, { file: path }), cause });
  }
}

function connectWitnesses(policyFile: string, identity: Trust, cleanup: CleanupStack): Witnesses {
  const { policies, policy, witnesses } = readWitnessPolicy(policyFile, identity);
  const cosigners = witnesses.map((witness) => new WitnessClient(witness, identity.log.origin));
  cleanup.push(() => cosigners.forEach((cosigner) => cosigner.close()));
  return { policies, policy, cosigners };
}

/** What is remembered of the log outside of it, as far as it can be had in time. */
async function askExternally(
  { purpose }: Opening,
  identity: Trust,
  witnesses: Witnesses | undefined,
  connect: () => Promise<LedgerChain | undefined>,
): Promise<Pick<OpenedLedger, 'chain' | 'contract' | 'witnessed'> & { readonly pageless: readonly Cosigner[] }> {
  const own = { origin: identity.log.origin, keys: unrevokedKeys(identity) };
  const [asked, { heads: witnessed, pageless }] = await Promise.all([
    askContract(connect, purpose),
    fetchWitnessHeads(witnesses?.cosigners ?? [], own),
  ]);
  return { ...asked, witnessed, pageless };
}

/** What these witnesses state of their memory, asked once for each head. */
function askOnce(pageless: readonly Cosigner[]): (head: Head) => Promise<readonly WitnessStatement[]> {
  const answers = new Map<string, Promise<(WitnessStatement | undefined)[]>>();
  return async (head) => {
    const asked =
      answers.get(head.note) ?? Promise.all(pageless.map((cosigner) => orUndefined(askStatement(cosigner, head))));
    answers.set(head.note, asked);
    return (await asked).filter((statement) => statement !== undefined);
  };
}

/** A service does not wait for a slow chain: the log compares itself with it later. */
async function askContract(
  connect: () => Promise<LedgerChain | undefined>,
  purpose: Opening['purpose'],
): Promise<Pick<OpenedLedger, 'chain' | 'contract'>> {
  let chain: LedgerChain | undefined;
  try {
    chain = await connect();
    if (chain === undefined) return { chain, contract: undefined };
    const head = chain.contract.head();
    const answer = await (purpose === 'serve' ? orUndefined(head) : head);
    return { chain, contract: answer && contractHead(answer) };
  } catch (error) {
    if (purpose === 'serve' || !(error instanceof LedgerError)) throw error;
    return { chain, contract: error };
  }
}

async function openStoreAbove(
  externalSize: (head: Head) => Promise<bigint>,
  { paths }: LedgerFolder,
  opening: Opening,
  cleanup: CleanupStack,
): Promise<OpenStore> {
  const opened = await LEDGER_PARTS.engineIn(paths.dir).open({
    externalSize,
    onTornTail: opening.purpose === 'read' ? () => {} : opening.onTornTail,
    onFailStop: opening.purpose === 'serve' ? opening.onFailStop : () => {},
  });
  cleanup.push(() => opened.store.close());
  return opened;
}

/** The key must be the one whose turn it is: a former key of the log signs nothing any more. */
function requireOwnKey(logKey: LogKey, identity: Trust, nextSize: bigint): void {
  const vkey = formatVkey(logKey.key);
  if (keysForSize(identity, nextSize).some((key) => formatVkey(key) === vkey)) return;
  const { origin } = identity.log;
  throw new LedgerError('key-wrong', { fault: bilingual(WRONG_KEYS.notForSize, { vkey, origin, size: nextSize }) });
}

async function compareHeads(
  { store }: OpenStore,
  reader: TreeReader,
  remembered: readonly ExternalHead[],
  contract: OpenedLedger['contract'],
): Promise<Contradictions> {
  const contradictionBy = async (head: ExternalHead): Promise<LedgerError | undefined> => {
    try {
      await requireAgreement(store.head(), reader, head);
      return undefined;
    } catch (error) {
      if (error instanceof LedgerError && isContradiction(error)) return error;
      throw error;
    }
  };
  const found = await Promise.all(remembered.map(contradictionBy));
  return {
    remembered: found.find((error) => error !== undefined),
    contract: contract === undefined || contract instanceof LedgerError ? undefined : await contradictionBy(contract),
  };
}
