import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import type { Checkpoint } from '../protocol/note/checkpoint.ts';
import type { Note } from '../protocol/note/note.ts';
import { trustFingerprint } from '../protocol/trust-file.ts';
import { keysValidAt, keysForSize, type Trust } from '../protocol/trust.ts';
import { checkNote, isSignatureBy } from '../protocol/note/vkey.ts';
import type { AnchorHistory } from './anchor-history.ts';
import { type HistoricAnchor, isSameAnchor } from './anchor.ts';
import type { AuditState } from './audit-state.ts';
import { contradiction, type AuditProblem, unknown } from './audit-problem.ts';

/** Whether the trust file is of the remembered log, and whether the offered one is unchanged. */
export function judgeTrust(
  trust: Trust,
  offered: Trust | undefined,
  remembered: AuditState | undefined,
): AuditProblem[] {
  const before = remembered?.trust;
  if (before !== undefined && before.log.origin !== trust.log.origin) {
    return [unknown('state-of-another-log', 'state', trust.log.origin, before.log.origin)];
  }
  if (offered === undefined || before === undefined) return [];
  const [expected, found] = [trustFingerprint(before), trustFingerprint(offered)];
  return expected === found ? [] : [unknown('trust-changed', 'trust.json', expected, found)];
}

/**
 * Whether a trusted key signed the checkpoint of the log. A checkpoint signed by a revoked key must
 * have been anchored before the revocation.
 */
export function judgeCheckpoint(
  note: Note,
  checkpoint: Checkpoint,
  trust: Trust,
  anchors: readonly HistoricAnchor[],
): AuditProblem[] {
  if (checkpoint.origin !== trust.log.origin) {
    return [unknown('origin-unknown', 'checkpoint', trust.log.origin, checkpoint.origin)];
  }
  const { size, root } = checkpoint;
  const { status, keys } = checkNote(note, keysForSize(trust, size));
  if (status === 'forged') return [contradiction('checkpoint-forged', 'checkpoint')];
  if (status === 'signed') {
    const anchor = anchors.find((other) => other.size === size && equalBytes(other.root, root));
    const valid = keysValidAt(trust, size, anchor?.blockNumber);
    if (keys.some((key) => valid.includes(key))) return [];
    return [unknown('key-revoked', 'checkpoint', undefined, anchor?.blockNumber.toString())];
  }
  const isOfOtherSizes = trust.log.keys.some(({ key }) => note.signatures.some((line) => isSignatureBy(key, line)));
  return [unknown(isOfOtherSizes ? 'key-not-for-this-size' : 'key-unknown', 'checkpoint')];
}

/**
 * The sizes up to the checkpoint's whose roots must be recomputed: all anchored sizes, and the
 * remembered one.
 */
export function sizesToCompare(
  { size }: Checkpoint,
  anchors: readonly HistoricAnchor[],
  remembered: AuditState | undefined,
): bigint[] {
  const sizes = [...anchors.map((anchor) => anchor.size), ...(remembered ? [remembered.checkpoint.size] : [])];
  return sizes.filter((other) => other <= size);
}

/** Recomputed roots by size; undefined where the log could not be recomputed that far. */
export type RootAt = (size: bigint) => Uint8Array | undefined;

/** Compares the recomputed log with what its operator signed. */
export function judgeRoot({ size, root }: Checkpoint, rootAt: RootAt): AuditProblem[] {
  const found = rootAt(size);
  if (found === undefined || equalBytes(found, root)) return [];
  return [contradiction('root-differs', `size ${size}`, toBase64(root), toBase64(found))];
}

/**
 * Compares the log with the chain. The chain is read before the checkpoint, so an anchor beyond the
 * checkpoint's size cannot be one that was made in the meantime.
 */
export function judgeAnchors({ size }: Checkpoint, anchors: readonly HistoricAnchor[], rootAt: RootAt): AuditProblem[] {
  return anchors.flatMap((anchor) => {
    const where = `anchor ${anchor.anchorIndex}, size ${anchor.size}`;
    if (anchor.size > size) return [contradiction('anchor-beyond-log', where, `<= ${size}`, anchor.size.toString())];
    const found = rootAt(anchor.size);
    if (found === undefined || equalBytes(found, anchor.root)) return [];
    return [contradiction('anchor-root-differs', where, toBase64(anchor.root), toBase64(found))];
  });
}

/** Compares log and chain with the state of an earlier audit. */
export function judgeMemory(
  { checkpoint: before, lastAnchor }: AuditState,
  { size, root }: Checkpoint,
  rootAt: RootAt,
  history: AnchorHistory,
): AuditProblem[] {
  const problems: AuditProblem[] = [];
  const found = size === before.size ? root : rootAt(before.size);
  if (size < before.size) {
    problems.push(contradiction('log-rolled-back', 'checkpoint', `>= ${before.size}`, size.toString()));
  } else if (found !== undefined && !equalBytes(found, before.root)) {
    problems.push(contradiction('log-forked', `size ${before.size}`, toBase64(before.root), toBase64(found)));
  }
  if (lastAnchor !== undefined && history.finalBlock !== undefined) {
    const where = `anchor ${lastAnchor.anchorIndex}, size ${lastAnchor.size}`;
    if (history.anchors.some((anchor) => isSameAnchor(anchor, lastAnchor))) return problems;
    // Nodes that have not synchronised that far again cannot know the anchor.
    if (history.finalBlock < lastAnchor.blockNumber) problems.push(unknown('source-behind', where));
    else problems.push(contradiction('anchor-missing', where, toBase64(lastAnchor.root)));
  }
  return problems;
}
