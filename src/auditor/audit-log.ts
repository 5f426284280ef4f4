import { type AnchorHistory, judgeHistory } from '../audit/anchor-history.ts';
import { type AuditState, isSameAnchor, type RememberedAnchor } from '../audit/audit-state.ts';
import {
  judgeAnchors,
  judgeCheckpoint,
  judgeMemory,
  judgeRoot,
  judgeTrust,
  type Outcome,
  outcomeOf,
  type RootAt,
  sizesToCompare,
} from '../audit/judge.ts';
import type { HistoricAnchor } from '../audit/node-view.ts';
import { type AuditProblem, unknown } from '../audit/audit-problem.ts';
import { judgeCosignatures } from '../audit/liveness.ts';
import { judgeWitnessNotes, type WitnessNote } from '../audit/witness-notes.ts';
import type { Service } from '../client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { LogClient } from '../client/log.ts';
import { fetchTrust } from '../client/service.ts';
import { nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import type { Checkpoint } from '../protocol/note/checkpoint.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { formatNote, type Note } from '../protocol/note/note.ts';
import { parseTrust, type Trust } from '../protocol/trust.ts';
import type { TrustSource } from '../protocol/verify/report.ts';
import { type ReadLog, readNewEntries, readWholeLog, type StatedRoot } from './read-log.ts';
import { readNode } from './read-chain.ts';
import { readWitnesses } from './read-witnesses.ts';
import { pause } from '../client/pause.ts';

/** Longer than a log takes from its witnesses' answers to its own readers. */
const PUBLISHING_MS = 2000;
/** Whoever is audited does not choose to whom the auditor speaks. */
const NOBODY_ASKED = { notes: [], problems: [] };

/** What an audit is to look at. */
export interface AuditTarget {
  readonly service: Service;
  /** Undefined: the nodes that the trust file hints at. */
  readonly rpcUrls: readonly string[] | undefined;
  /** The trust file that was named. */
  readonly trust: Trust | undefined;
  readonly remembered: AuditState | undefined;
  /**
   * Only what came after the remembered checkpoint and anchor is read, as long as that is in order.
   */
  readonly isIncremental?: boolean;
  /**
   * What witnesses were shown before, when the log did not show as much: compared as soon as it
   * does.
   */
  readonly heardBefore?: readonly WitnessNote[];
  readonly onEntries: (done: bigint, size: bigint) => void;
}

/** What came of it. Parts that could not be looked at are undefined. */
export interface AuditResult {
  readonly outcome: Outcome;
  readonly problems: readonly AuditProblem[];
  readonly trust?: ChosenTrust;
  readonly signed?: SignedCheckpoint;
  /** What the log showed at the other of two looks, where that differs. */
  readonly alsoShown?: SignedCheckpoint;
  readonly history?: AnchorHistory;
  readonly witnessNotes?: readonly WitnessNote[];
  /** The recomputed roots. */
  readonly rootAt?: RootAt;
  /** Chain, witnesses and log were all read to their end. */
  readonly isComplete: boolean;
  /** What to remember; only where log and chain are in order. */
  readonly state?: AuditState;
}

export interface SignedCheckpoint {
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

interface ChosenTrust {
  readonly source: TrustSource;
  readonly value: Trust;
}

/**
 * First the trust, then chain and witnesses, then the checkpoint (so that every anchor and what
 * witnesses were shown must lie within the log), then the log. Where an incremental audit
 * contradicts, the whole log and the whole history are read: they name what is wrong. If those are
 * in order, the log has shown something else meanwhile, and what it showed first stands.
 */
export async function auditLog(target: AuditTarget): Promise<AuditResult> {
  const result = await audit(target);
  if (target.isIncremental !== true || result.outcome !== 'contradiction') return result;
  const whole = await audit({ ...target, isIncremental: false });
  const [told, other] = whole.outcome === 'contradiction' ? [whole, result.signed] : [result, whole.signed];
  const isOther = other !== undefined && other.note.text !== told.signed?.note.text;
  return isOther ? { ...told, alsoShown: other } : told;
}

async function audit(target: AuditTarget): Promise<AuditResult> {
  const { service } = target;
  const choice = await chooseTrust(target);
  if ('problems' in choice) return ended(choice.problems);
  const { trust, changes } = choice;
  const since = target.isIncremental === true ? target.remembered : undefined;
  const [history, witnesses] = await Promise.all([
    readChain(trust.value, target.rpcUrls, since?.lastAnchor, service.signal),
    trust.source === 'server' ? NOBODY_ASKED : readWitnesses(trust.value, service.signal),
  ]);
  const signed = await readCheckpoint(service, witnesses.notes);
  const known = [...changes, ...history.problems, ...witnesses.problems];
  if ('kind' in signed) return { ...ended([...known, signed]), trust, history };
  const signature = judgeCheckpoint(signed.note, signed.checkpoint, trust.value, history.anchors);
  if (signature.length > 0) return { ...ended([...signature, ...known]), trust, signed, history };

  const heard = [...witnesses.notes, ...heardBefore(target, signed.checkpoint, witnesses.notes)];
  const log = await readLog(target, signed.checkpoint, history, heard);
  const judged = [...changes, ...history.problems, ...judgeLog(target, signed.checkpoint, history, log)];
  const seen = [
    ...witnesses.problems,
    ...judgeWitnessNotes(signed.checkpoint, heard, log.rootAt),
    ...judgeCosignatures(signed.note, trust.value.witnessPolicy),
  ];
  const problems = [...judged, ...seen];
  const isInOrder = judged.length === 0 && log.peaks !== undefined && outcomeOf(seen) !== 'contradiction';
  const state = isInOrder ? stateOf(trust.value, signed, log.peaks, history) : undefined;
  return {
    ...ended(problems),
    trust,
    signed,
    history,
    witnessNotes: witnesses.notes,
    rootAt: log.rootAt,
    isComplete: log.peaks !== undefined && history.finalBlock !== undefined,
    ...(state !== undefined && { state }),
  };
}

/** Those of before that can be compared now, and were not shown again. */
function heardBefore(
  { heardBefore: before = [] }: AuditTarget,
  { size }: Checkpoint,
  now: readonly WitnessNote[],
): WitnessNote[] {
  const isSame = (one: WitnessNote, other: WitnessNote) => one.name === other.name && one.note.text === other.note.text;
  return before.filter((one) => one.checkpoint.size <= size && !now.some((other) => isSame(one, other)));
}

function ended(problems: readonly AuditProblem[]): Pick<AuditResult, 'outcome' | 'problems' | 'isComplete'> {
  return { outcome: outcomeOf(problems), problems, isComplete: false };
}

/**
 * The whole log, or what is new in it; with the roots at every size that chain, memory or a witness
 * speaks of.
 */
async function readLog(
  target: AuditTarget,
  checkpoint: Checkpoint,
  { anchors }: AnchorHistory,
  notes: readonly WitnessNote[],
): Promise<ReadLog> {
  const { size } = checkpoint;
  const { service, remembered } = target;
  const onEntries = (done: bigint) => target.onEntries(done, size);
  const within = (stated: readonly StatedRoot[]) => stated.filter((one) => one.size <= size);
  const shown = within(notes.map((seen) => seen.checkpoint));
  if (target.isIncremental === true && remembered !== undefined && size >= remembered.checkpoint.size) {
    const { lastAnchor } = remembered;
    const isNew = (anchor: HistoricAnchor) => lastAnchor === undefined || !isSameAnchor(anchor, lastAnchor);
    return readNewEntries(service, size, [...within(anchors.filter(isNew)), ...shown], remembered, onEntries);
  }
  const wanted = [...sizesToCompare(checkpoint, anchors, remembered), ...shown.map((one) => one.size)];
  return readWholeLog(service, size, wanted, onEntries);
}

function judgeLog(target: AuditTarget, checkpoint: Checkpoint, history: AnchorHistory, log: ReadLog): AuditProblem[] {
  const { remembered } = target;
  return [
    ...log.problems,
    ...judgeRoot(checkpoint, log.rootAt),
    ...judgeAnchors(checkpoint, history.anchors, log.rootAt),
    ...(remembered ? judgeMemory(remembered, checkpoint, log.rootAt, history) : []),
  ];
}

function stateOf(
  trust: Trust,
  signed: SignedCheckpoint,
  peaks: readonly Uint8Array[],
  history: AnchorHistory,
): AuditState {
  const lastAnchor = history.anchors.at(-1);
  return {
    trust,
    note: formatNote(signed.note),
    checkpoint: signed.checkpoint,
    peaks,
    ...(lastAnchor && { lastAnchor }),
  };
}

/** The named file, else what the state remembers, else what the operator's service offers. */
async function chooseTrust({
  service,
  trust,
  remembered,
}: AuditTarget): Promise<{ trust: ChosenTrust; changes: AuditProblem[] } | { problems: AuditProblem[] }> {
  if (trust !== undefined) {
    const changes = judgeTrust(trust, undefined, remembered);
    return changes.length > 0 ? { problems: changes } : { trust: { source: 'file', value: trust }, changes };
  }
  const offered = await readOfferedTrust(service);
  if (remembered !== undefined) {
    const changes = judgeTrust(remembered.trust, 'kind' in offered ? undefined : offered, remembered);
    return { trust: { source: 'remembered', value: remembered.trust }, changes };
  }
  if ('kind' in offered) return { problems: [offered] };
  return { trust: { source: 'server', value: offered }, changes: [] };
}

async function readOfferedTrust(service: Service): Promise<Trust | AuditProblem> {
  try {
    return parseTrust(await fetchTrust(service));
  } catch (error) {
    if (error instanceof ProtocolError) return unknown('trust-unreadable', 'trust.json');
    return serviceProblem(error, 'trust-unavailable', 'trust.json');
  }
}

/**
 * A log shows a checkpoint to its witnesses before it publishes it: where one is ahead, the log
 * gets a moment.
 */
async function readCheckpoint(
  service: Service,
  notes: readonly WitnessNote[],
): Promise<SignedCheckpoint | AuditProblem> {
  const client = new LogClient(service, nodeTreeHasher);
  try {
    const signed = await client.checkpoint();
    if (!notes.some(({ checkpoint }) => checkpoint.size > signed.checkpoint.size)) return signed;
    await pause(PUBLISHING_MS, service.signal);
    return await client.checkpoint();
  } catch (error) {
    return serviceProblem(error, 'checkpoint-unavailable', 'checkpoint');
  }
}

function serviceProblem(error: unknown, code: string, where: string): AuditProblem {
  if (error instanceof ServiceUnreachable) return unknown('service-unreachable', where);
  if (error instanceof ServiceProblem) return unknown(code, where, 'HTTP 200', error.code);
  throw error;
}

async function readChain(
  trust: Trust,
  named: readonly string[] | undefined,
  since: RememberedAnchor | undefined,
  signal: AbortSignal | undefined,
): Promise<AnchorHistory> {
  const urls = [...new Set(named ?? trust.chain.rpcUrls)];
  if (urls.length === 0) return { anchors: [], problems: [unknown('chain-not-asked', 'chain')] };
  return judgeHistory(trust, await Promise.all(urls.map((url) => readNode(url, trust, since, signal))));
}
