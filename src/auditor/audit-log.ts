import { type HistoricAnchor, isSameAnchor } from '../audit/anchor.ts';
import type { AnchorHistory } from '../audit/anchor-history.ts';
import { type AuditProblem, type Outcome, outcomeOf } from '../audit/audit-problem.ts';
import type { AuditState } from '../audit/audit-state.ts';
import { judgeAnchors, judgeCheckpoint, judgeMemory, judgeRoot, type RootAt, sizesToCompare } from '../audit/judge.ts';
import { judgeCosignatures } from '../audit/liveness.ts';
import { includesNote, judgeWitnessNotes, type WitnessNote } from '../audit/witness-notes.ts';
import { chooseNodes, type ChosenNode } from '../client/choose-nodes.ts';
import type { Service } from '../client/http.ts';
import { fetchOperatorUrls } from '../client/operator-urls.ts';
import type { Checkpoint } from '../protocol/note/checkpoint.ts';
import { formatNote } from '../protocol/note/note.ts';
import { newestPolicy, type Trust } from '../protocol/trust.ts';
import type { ChosenTrust } from '../protocol/verify/chosen-trust.ts';
import { askPagelessWitnesses } from './ask-witness-sizes.ts';
import { chooseAuditTrust } from './choose-audit-trust.ts';
import type { AuditListener } from './events.ts';
import type { Platform } from './ports.ts';
import { portablePlatform } from './portable-platform.ts';
import { readChain } from './read-chain.ts';
import { readCheckpoint, type SignedCheckpoint } from './read-checkpoint.ts';
import { type ReadLog, readNewEntries, readWholeLog, type StatedRoot } from './read-log.ts';
import { readWitnesses, type WitnessNotes } from './read-witnesses.ts';

/** The log to audit, and what it is compared with. */
export interface AuditTarget {
  /** Serves the log. Its `signal` ends the audit's requests. */
  readonly service: Service;
  /** JSON-RPC addresses of chain nodes; undefined: those that the trust file suggests. */
  readonly rpcUrls: readonly string[] | undefined;
  /**
   * The auditor's own trust file; undefined: the remembered one, else the one the service offers.
   */
  readonly trust: Trust | undefined;
  /** The state of an earlier audit. */
  readonly remembered: AuditState | undefined;
}

/** The result of an audit. Parts that could not be read are undefined. */
export interface AuditResult {
  readonly outcome: Outcome;
  readonly problems: readonly AuditProblem[];
  readonly trust: ChosenTrust | undefined;
  readonly signed: SignedCheckpoint | undefined;
  /** A second checkpoint that the log showed during this audit, if it differs. */
  readonly alsoShown: SignedCheckpoint | undefined;
  readonly history: AnchorHistory | undefined;
  /** The chain nodes that were chosen; of those that count, the history is what they agree on. */
  readonly nodes: readonly ChosenNode[];
  readonly witnessNotes: readonly WitnessNote[];
  /** The recomputed roots. */
  readonly rootAt: RootAt;
  /** Whether chain, witnesses and log were all read to their end. */
  readonly isComplete: boolean;
  /** The state to remember; undefined unless log and chain are in order. */
  readonly state: AuditState | undefined;
}

/** One audit: of the whole log, or of what is new since the remembered state. */
interface Audit extends AuditTarget {
  readonly isIncremental: boolean;
  /** Notes of witnesses from earlier passes that the log did not contain then. */
  readonly earlierNotes: readonly WitnessNote[];
  readonly platform: Platform;
  readonly onEvent: AuditListener;
}

/** The audited party does not choose which addresses the auditor contacts. */
const NOT_ASKED: WitnessNotes = { notes: [], problems: [], pageless: [] };

/**
 * Audits a whole log: fetches all entries, recomputes every tile and root, and compares them with
 * the signed checkpoint, the anchors on the chain, the witnesses' checkpoints and the remembered
 * state.
 *
 * @param target The log, the trust file and the state of an earlier audit.
 * @param platform Hashes, clock and connections; the default runs in Node and browsers.
 * @param onEvent Called synchronously with the progress.
 * @returns What was read and every problem found. An unreachable service or chain node is a problem
 *   (`unknown`), not an exception.
 * @throws What `onEvent` throws; the audit ends with it.
 */
export async function auditLog(
  target: AuditTarget,
  platform: Platform = portablePlatform,
  onEvent: AuditListener = () => {},
): Promise<AuditResult> {
  return audit({ ...target, isIncremental: false, earlierNotes: [], platform, onEvent });
}

/**
 * Audits what is new since the remembered state. Where that contradicts, the whole log and the
 * whole history of anchors are read to identify the cause. If those are in order, the log has shown
 * something else in the meantime, and the first result stands with both checkpoints.
 */
export async function auditNewEntries(
  target: AuditTarget,
  earlierNotes: readonly WitnessNote[],
  platform: Platform,
  onEvent: AuditListener,
): Promise<AuditResult> {
  const inputs = { ...target, earlierNotes, platform, onEvent };
  const result = await audit({ ...inputs, isIncremental: true });
  if (result.outcome !== 'contradiction') return result;
  const whole = await audit({ ...inputs, isIncremental: false });
  const [reported, other] = whole.outcome === 'contradiction' ? [whole, result.signed] : [result, whole.signed];
  const isOther = other !== undefined && other.note.text !== reported.signed?.note.text;
  return isOther ? { ...reported, alsoShown: other } : reported;
}

/**
 * Reads the trust file first, then chain and witnesses, then the checkpoint (so that every anchor
 * and every note of a witness must lie within the log), then the log.
 */
async function audit(inputs: Audit): Promise<AuditResult> {
  const { service, platform } = inputs;
  const { trust, problems: changes } = await chooseAuditTrust(service, inputs.trust, inputs.remembered);
  if (trust === undefined) return resultOf(changes);
  const since = inputs.isIncremental ? inputs.remembered : undefined;
  // A trust file of the operator's has its addresses; for one of the auditor's the service is
  // asked.
  const operatorUrls = async () =>
    trust.source === 'file' ? ((await fetchOperatorUrls(service)) ?? [service.url]) : [service.url];
  const nodes = await chooseNodes({ named: inputs.rpcUrls, operatorUrls }, trust.value);
  const [history, witnesses] = await Promise.all([
    readChain(nodes, trust, since?.lastAnchor, platform.clock, service.signal),
    trust.source === 'server' ? NOT_ASKED : readWitnesses(trust.value, service.signal),
  ]);
  const signed = await readCheckpoint(service, witnesses.notes, platform);
  const known = [...changes, ...history.problems, ...witnesses.problems];
  if ('kind' in signed) return { ...resultOf([...known, signed]), trust, history, nodes };
  const signature = judgeCheckpoint(signed.note, signed.checkpoint, trust.value, history.anchors);
  if (signature.length > 0) return { ...resultOf([...signature, ...known]), trust, signed, history, nodes };

  const earlierNotes = inputs.earlierNotes.filter((note) => !includesNote(witnesses.notes, note));
  const notes = [...witnesses.notes, ...earlierNotes.filter((note) => note.checkpoint.size <= signed.checkpoint.size)];
  const log = await readLog(inputs, signed.checkpoint, history, notes);
  const ofLog = [...changes, ...history.problems, ...judgeLog(inputs, signed.checkpoint, history, log)];
  const ofWitnesses = [
    ...witnesses.problems,
    ...(await askPagelessWitnesses(service, witnesses.pageless, signed, platform)),
    ...judgeWitnessNotes(signed.checkpoint, notes, log.rootAt),
    ...judgeCosignatures(signed.note, newestPolicy(trust.value)?.policy),
  ];
  const isInOrder = ofLog.length === 0 && outcomeOf(ofWitnesses) !== 'contradiction';
  return {
    ...resultOf([...ofLog, ...ofWitnesses]),
    trust,
    signed,
    history,
    nodes,
    witnessNotes: witnesses.notes,
    rootAt: log.rootAt,
    isComplete: log.peaks !== undefined && history.finalBlock !== undefined,
    state: isInOrder && log.peaks !== undefined ? stateOf(trust.value, signed, log.peaks, history) : undefined,
  };
}

/** A result with these problems, of which nothing else is known. */
export function resultOf(problems: readonly AuditProblem[]): AuditResult {
  return {
    outcome: outcomeOf(problems),
    problems,
    trust: undefined,
    signed: undefined,
    alsoShown: undefined,
    history: undefined,
    nodes: [],
    witnessNotes: [],
    rootAt: () => undefined,
    isComplete: false,
    state: undefined,
  };
}

/** Reads the whole log, or its new entries, so that the roots of all stated sizes are known. */
async function readLog(
  { service, remembered, isIncremental, platform, onEvent }: Audit,
  checkpoint: Checkpoint,
  { anchors }: AnchorHistory,
  notes: readonly WitnessNote[],
): Promise<ReadLog> {
  const { size } = checkpoint;
  const onProgress = (done: bigint) => onEvent({ type: 'entries-read', done, size });
  const source = { service, size, platform, onProgress };
  const within = (stated: readonly StatedRoot[]) => stated.filter((root) => root.size <= size);
  const byWitnesses = within(notes.map((note) => note.checkpoint));
  if (isIncremental && remembered !== undefined && size >= remembered.checkpoint.size) {
    const { lastAnchor } = remembered;
    const isNew = (anchor: HistoricAnchor) => lastAnchor === undefined || !isSameAnchor(anchor, lastAnchor);
    return readNewEntries(source, [...within(anchors.filter(isNew)), ...byWitnesses], remembered);
  }
  return readWholeLog(source, [
    ...sizesToCompare(checkpoint, anchors, remembered),
    ...byWitnesses.map((root) => root.size),
  ]);
}

function judgeLog(
  { remembered }: AuditTarget,
  checkpoint: Checkpoint,
  history: AnchorHistory,
  log: ReadLog,
): AuditProblem[] {
  return [
    ...log.problems,
    ...judgeRoot(checkpoint, log.rootAt),
    ...judgeAnchors(checkpoint, history.anchors, log.rootAt),
    ...(remembered ? judgeMemory(remembered, checkpoint, log.rootAt, history) : []),
  ];
}

function stateOf(
  trust: Trust,
  { note, checkpoint }: SignedCheckpoint,
  peaks: readonly Uint8Array[],
  history: AnchorHistory,
): AuditState {
  return { trust, note: formatNote(note), checkpoint, peaks, lastAnchor: history.anchors.at(-1) };
}
