import { anchorJson, type AuditState } from '../audit/audit-state.ts';
import type { HistoricAnchor } from '../audit/node-view.ts';
import type { AuditProblem } from '../audit/audit-problem.ts';
import type { Service } from '../client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { LogClient } from '../client/log.ts';
import { nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { toBase64 } from '../protocol/encoding/bytes.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import { verifyConsistency } from '../protocol/merkle/consistency.ts';
import { formatNote } from '../protocol/note/note.ts';
import { type Trust, trustJson } from '../protocol/trust.ts';
import type { AuditResult } from './audit-log.ts';

const MAX_PROBLEMS = 100;
const MAX_ANCHORS = 100;
const MAX_PROOFS = 16;

/**
 * Both sides of a contradiction, for whoever must judge it: the signed checkpoints that were
 * remembered, are shown now, and were shown to witnesses; what the chain has; and for each size in
 * question a proof which root the shown checkpoint has there. Nothing in it need be believed:
 * signatures, proofs and anchors can all be checked.
 */
export async function evidenceJson(
  result: AuditResult,
  remembered: AuditState | undefined,
  service: Service,
): Promise<JsonObject> {
  const { problems, signed, alsoShown, history, trust, witnessNotes = [] } = result;
  const sizes = sizesInQuestion(problems);
  return {
    format: 'evidence-ledger/audit-evidence/v1',
    problems: problems.slice(0, MAX_PROBLEMS).map((problem) => ({ ...problem })),
    rememberedCheckpoint: remembered?.note ?? null,
    rememberedAnchor: remembered?.lastAnchor ? anchorJson(remembered.lastAnchor) : null,
    checkpoint: signed === undefined ? null : formatNote(signed.note),
    otherCheckpoint: alsoShown === undefined ? null : formatNote(alsoShown.note),
    witnessCheckpoints: witnessNotes.map(({ name, note }) => ({ witness: name, checkpoint: formatNote(note) })),
    consistency: await proofs(result, sizes, service),
    anchors: someAnchors(history?.anchors ?? [], sizes).map((anchor) => ({
      ...anchorJson(anchor),
      txHash: anchor.txHash,
    })),
    trust: trust === undefined ? null : trustJson(withoutNodes(trust.value)),
  };
}

/** The addresses of nodes prove nothing, and an access key may be part of one. */
function withoutNodes(trust: Trust): Trust {
  return { ...trust, chain: { ...trust.chain, rpcUrls: [] } };
}

function sizesInQuestion(problems: readonly AuditProblem[]): bigint[] {
  const sizes = problems
    .filter(({ code }) => code === 'log-forked' || code === 'anchor-root-differs')
    .flatMap(({ where }) => /(?:^|, )size ([0-9]+)$/.exec(where)?.[1] ?? []);
  return [...new Set(sizes)].map(BigInt);
}

/**
 * That the shown checkpoint extends the tree of another root than the one that was stated for this
 * size. Left out where the log does not give it.
 */
async function proofs(
  { signed, rootAt }: AuditResult,
  sizes: readonly bigint[],
  service: Service,
): Promise<JsonObject[]> {
  if (signed === undefined || rootAt === undefined) return [];
  const { size: newSize, root: newRoot } = signed.checkpoint;
  const client = new LogClient(service, nodeTreeHasher);
  const proven: JsonObject[] = [];
  for (const size of sizes.slice(0, MAX_PROOFS)) {
    const root = size <= newSize ? rootAt(size) : undefined;
    if (root === undefined) continue;
    try {
      const proof = await client.consistencyProof(size, newSize);
      if (!verifyConsistency(nodeTreeHasher, size, newSize, root, newRoot, proof)) continue;
      proven.push({
        oldSize: size.toString(),
        oldRoot: toBase64(root),
        newSize: newSize.toString(),
        newRoot: toBase64(newRoot),
        proof: proof.map(toBase64),
      });
    } catch (error) {
      if (error instanceof ServiceProblem || error instanceof ServiceUnreachable) continue; // the notes alone are evidence
      throw error;
    }
  }
  return proven;
}

/** Those of the sizes in question, and the newest. */
function someAnchors(anchors: readonly HistoricAnchor[], sizes: readonly bigint[]): HistoricAnchor[] {
  const newest = new Set(anchors.slice(-MAX_ANCHORS));
  return anchors.filter((anchor) => newest.has(anchor) || sizes.slice(0, MAX_ANCHORS).includes(anchor.size));
}
