import { type AnchorHistory, judgeHistory } from '../../src/audit/anchor-history.ts';
import { anchorJson, type AuditState } from '../../src/audit/audit-state.ts';
import {
  judgeAnchors,
  judgeCheckpoint,
  judgeMemory,
  judgeRoot,
  judgeTrust,
  type Outcome,
  outcomeOf,
  wantedSizes,
} from '../../src/audit/judge.ts';
import { type Problem, unknown } from '../../src/audit/problem.ts';
import { type Service, ServiceProblem, ServiceUnreachable } from '../../src/client/http.ts';
import { LogClient } from '../../src/client/log.ts';
import { fetchTrust } from '../../src/client/service.ts';
import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { Checkpoint } from '../../src/protocol/checkpoint.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import { formatNote, type Note } from '../../src/protocol/note.ts';
import { parseTrust, type Trust } from '../../src/protocol/trust.ts';
import type { TrustSource } from '../../src/protocol/verify/report.ts';
import { recomputeLog } from './audit-log.ts';
import { viewNode } from './audit-node.ts';

/** What an audit is to look at. */
export interface AuditTarget {
  readonly service: Service;
  /** Undefined: the nodes that the trust file hints at. */
  readonly rpcUrls: readonly string[] | undefined;
  /** The trust file that was named. */
  readonly trust: Trust | undefined;
  readonly remembered: AuditState | undefined;
  readonly onEntries: (done: bigint, size: bigint) => void;
}

/** What came of it. Parts that could not be looked at are undefined. */
export interface AuditResult {
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
  readonly trust?: ChosenTrust;
  readonly signed?: { readonly note: Note; readonly checkpoint: Checkpoint };
  readonly history?: AnchorHistory;
  /** What to remember; only where all is in order. */
  readonly state?: AuditState;
}

interface ChosenTrust {
  readonly source: TrustSource;
  readonly value: Trust;
}

/** First the trust, then the chain, then the checkpoint (so that every anchor must lie within the log), then the whole log. */
export async function runAudit(target: AuditTarget): Promise<AuditResult> {
  const { service, remembered } = target;
  const choice = await chooseTrust(target);
  if ('problems' in choice) return { outcome: outcomeOf(choice.problems), problems: choice.problems };
  const { trust, changes } = choice;
  const history = await readChain(trust.value, target.rpcUrls);
  const signed = await readCheckpoint(service);
  const known = [...changes, ...history.problems];
  if ('kind' in signed) return { outcome: 'unknown', problems: [...known, signed], trust, history };

  const { note, checkpoint } = signed;
  const signature = judgeCheckpoint(note, checkpoint, trust.value, history.anchors);
  if (signature.length > 0) {
    const problems = [...signature, ...known];
    return { outcome: outcomeOf(problems), problems, trust, signed, history };
  }
  const { size } = checkpoint;
  const wanted = wantedSizes(checkpoint, history.anchors, remembered);
  const log = await recomputeLog(service, size, wanted, (done) => target.onEntries(done, size));
  const rootAt = (at: bigint) => log.recomputation.rootAt(at);
  const problems = [
    ...known,
    ...log.problems,
    ...judgeRoot(checkpoint, rootAt),
    ...judgeAnchors(checkpoint, history.anchors, rootAt),
    ...(remembered ? judgeMemory(remembered, checkpoint, rootAt, history) : []),
  ];
  const outcome = outcomeOf(problems);
  const lastAnchor = history.anchors.at(-1);
  const state: AuditState = {
    trust: trust.value,
    note: formatNote(note),
    checkpoint,
    peaks: log.recomputation.peaks,
    ...(lastAnchor && { lastAnchor }),
  };
  return { outcome, problems, trust, signed, history, ...(outcome === 'ok' && { state }) };
}

/** Both sides of a contradiction, for whoever must judge it: what was remembered, what is shown now, and what the chain has. */
export function evidenceJson(
  { problems, signed, history }: AuditResult,
  remembered: AuditState | undefined,
): JsonObject {
  return {
    format: 'evidence-ledger/audit-evidence/v1',
    problems: problems.map((problem) => ({ ...problem })),
    rememberedCheckpoint: remembered?.note ?? null,
    rememberedAnchor: remembered?.lastAnchor ? anchorJson(remembered.lastAnchor) : null,
    checkpoint: signed === undefined ? null : formatNote(signed.note),
    anchors: (history?.anchors ?? []).map((anchor) => ({ ...anchorJson(anchor), txHash: anchor.txHash })),
  };
}

/** The named file, else what the state remembers, else what the operator's service offers. */
async function chooseTrust({
  service,
  trust,
  remembered,
}: AuditTarget): Promise<{ trust: ChosenTrust; changes: Problem[] } | { problems: Problem[] }> {
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

async function readOfferedTrust(service: Service): Promise<Trust | Problem> {
  try {
    return parseTrust(await fetchTrust(service));
  } catch (error) {
    if (error instanceof ProtocolError) return unknown('trust-unreadable', 'trust.json');
    return serviceProblem(error, 'trust-unavailable', 'trust.json');
  }
}

async function readCheckpoint(service: Service): Promise<{ note: Note; checkpoint: Checkpoint } | Problem> {
  try {
    return await new LogClient(service, nodeTreeHasher).checkpoint();
  } catch (error) {
    return serviceProblem(error, 'checkpoint-unavailable', 'checkpoint');
  }
}

function serviceProblem(error: unknown, code: string, where: string): Problem {
  if (error instanceof ServiceUnreachable) return unknown('service-unreachable', where);
  if (error instanceof ServiceProblem) return unknown(code, where, 'HTTP 200', error.code);
  throw error;
}

async function readChain(trust: Trust, named: readonly string[] | undefined): Promise<AnchorHistory> {
  const urls = [...new Set(named ?? trust.chain.rpcUrls)];
  if (urls.length === 0) return { anchors: [], problems: [unknown('chain-not-asked', 'chain')] };
  return judgeHistory(trust, await Promise.all(urls.map((url) => viewNode(url, trust))));
}
