import { anchorJson, type HistoricAnchor } from '../audit/anchor.ts';
import type { AuditProblem } from '../audit/audit-problem.ts';
import type { AuditState } from '../audit/audit-state.ts';
import type { Service } from '../client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { LogClient } from '../client/log.ts';
import { toBase64 } from '../protocol/encoding/bytes.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import { verifyConsistency } from '../protocol/merkle/consistency.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { formatNote } from '../protocol/note/note.ts';
import { trustJson } from '../protocol/trust-file.ts';
import type { Trust } from '../protocol/trust.ts';
import type { AuditResult } from './audit-log.ts';

const MAX_PROBLEMS = 100;
const MAX_ANCHORS = 100;
const MAX_PROOFS = 16;

/**
 * Both sides of a contradiction, for a third party to judge: the signed checkpoints that the
 * auditor remembers, received now, and got from witnesses; the anchors; and, for each disputed
 * size, a consistency proof of the root that the received checkpoint has there. Nothing in it has
 * to be believed: signatures, proofs and anchors can all be checked.
 */
export async function evidenceJson(
  result: AuditResult,
  remembered: AuditState | undefined,
  service: Service,
  hasher: TreeHasher,
): Promise<JsonObject> {
  const { problems, signed, alsoShown, history, trust, witnessNotes } = result;
  const sizes = disputedSizes(problems);
  return {
    format: 'evidence-ledger/audit-evidence/v1',
    problems: problems.slice(0, MAX_PROBLEMS).map((problem) => ({ ...problem })),
    rememberedCheckpoint: remembered?.note ?? null,
    rememberedAnchor: remembered?.lastAnchor ? anchorJson(remembered.lastAnchor) : null,
    checkpoint: signed === undefined ? null : formatNote(signed.note),
    otherCheckpoint: alsoShown === undefined ? null : formatNote(alsoShown.note),
    witnessCheckpoints: witnessNotes.map(({ name, note }) => ({ witness: name, checkpoint: formatNote(note) })),
    consistency: await consistencyProofs(result, sizes, service, hasher),
    anchors: relevantAnchors(history?.anchors ?? [], sizes).map((anchor) => ({
      ...anchorJson(anchor),
      txHash: anchor.txHash,
    })),
    trust: trust === undefined ? null : trustJson(withoutNodes(trust.value)),
  };
}

/** The addresses of nodes prove nothing, and may contain access keys. */
function withoutNodes(trust: Trust): Trust {
  return { ...trust, chain: { ...trust.chain, rpcUrls: [] } };
}

function disputedSizes(problems: readonly AuditProblem[]): bigint[] {
  const sizes = problems
    .filter(({ code }) => code === 'log-forked' || code === 'anchor-root-differs')
    .flatMap(({ where }) => /(?:^|, )size ([0-9]+)$/.exec(where)?.[1] ?? []);
  return [...new Set(sizes)].map(BigInt);
}

/**
 * Proofs that the received checkpoint extends another root than the one stated for these sizes.
 * A proof that the log does not serve is omitted.
 */
async function consistencyProofs(
  { signed, rootAt }: AuditResult,
  sizes: readonly bigint[],
  service: Service,
  hasher: TreeHasher,
): Promise<JsonObject[]> {
  if (signed === undefined) return [];
  const { size: newSize, root: newRoot } = signed.checkpoint;
  const client = new LogClient(service, hasher);
  const proofs: JsonObject[] = [];
  for (const size of sizes.slice(0, MAX_PROOFS)) {
    const root = size <= newSize ? rootAt(size) : undefined;
    if (root === undefined) continue;
    try {
      const proof = await client.consistencyProof(size, newSize);
      if (!verifyConsistency(hasher, size, newSize, root, newRoot, proof)) continue;
      proofs.push({
        oldSize: size.toString(),
        oldRoot: toBase64(root),
        newSize: newSize.toString(),
        newRoot: toBase64(newRoot),
        proof: proof.map(toBase64),
      });
    } catch (error) {
      // safe to skip: the signed checkpoints are evidence on their own
      if (error instanceof ServiceProblem || error instanceof ServiceUnreachable) continue;
      throw error;
    }
  }
  return proofs;
}

/** The anchors of disputed sizes, and the newest ones. */
function relevantAnchors(anchors: readonly HistoricAnchor[], sizes: readonly bigint[]): HistoricAnchor[] {
  const newest = new Set(anchors.slice(-MAX_ANCHORS));
  return anchors.filter((anchor) => newest.has(anchor) || sizes.slice(0, MAX_ANCHORS).includes(anchor.size));
}
