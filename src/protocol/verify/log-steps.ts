import { toBase64 } from '../encoding/bytes.ts';
import type { Sha256 } from '../encoding/hash.ts';
import { verifyConsistency } from '../merkle/consistency.ts';
import { inclusionPathLength, rootFromInclusionPath } from '../merkle/inclusion.ts';
import { treeHasher } from '../merkle/tree-hasher.ts';
import { recordEntry, type RecordHeader, recordRoot } from '../record/header.ts';
import type { TlogProof } from '../note/tlog-proof.ts';
import { keysValidAt, keysForSize, type Trust } from '../trust.ts';
import { checkNote, isSignatureBy, type VerifierKey, type VerifySignature } from '../note/vkey.ts';
import { fail, type StepResult, NOT_ASKED, PASS, unknown } from './report.ts';

/**
 * The record's entry is in the tree of the checkpoint at the stated index (RFC 9162, section
 * 2.1.3.2).
 */
export function judgeInclusion(hash: Sha256, header: RecordHeader, proof: TlogProof): StepResult {
  const { index, path, checkpoint } = proof;
  if (header.origin !== checkpoint.origin) return fail('origin-differs', header.origin, checkpoint.origin);
  if (index >= checkpoint.size) return fail('index-outside-tree', `< ${checkpoint.size}`, index.toString());
  const length = inclusionPathLength(index, checkpoint.size);
  if (path.length !== length) return fail('path-length-wrong', String(length), String(path.length));
  const hasher = treeHasher(hash);
  const leaf = hasher.leaf(recordEntry(recordRoot(hash, header)));
  const found = toBase64(rootFromInclusionPath(hasher, leaf, index, checkpoint.size, path)!);
  const expected = toBase64(checkpoint.root);
  return found === expected ? { ...PASS, expected, found } : fail('root-differs', expected, found);
}

/**
 * A key that the trust file lists for this origin and size signed the checkpoint. A revoked key
 * counts only under an anchor in its last valid block or an earlier one: a thief of the key can
 * sign any size that it was valid for, but cannot anchor it in a block of the past.
 *
 * `anchoredBlock`: number of the anchor's block where the step `anchor` passes; else undefined.
 */
export function judgeSignature(
  proof: Pick<TlogProof, 'note' | 'checkpoint'>,
  trust: Trust | undefined,
  anchoredBlock: bigint | undefined,
  verify?: VerifySignature,
): StepResult {
  if (trust === undefined) return unknown('no-trust');
  const { checkpoint, note } = proof;
  if (checkpoint.origin !== trust.log.origin) return unknown('origin-unknown', trust.log.origin, checkpoint.origin);
  const check = checkNote(note, keysForSize(trust, checkpoint.size), verify);
  if (check.status === 'forged') return fail('signature-wrong');
  if (check.status === 'signed') {
    const counted = keysValidAt(trust, checkpoint.size, anchoredBlock);
    return check.keys.some((key) => counted.includes(key)) ? PASS : revoked(trust, check.keys, anchoredBlock);
  }
  const isOutsideItsSizes = trust.log.keys.some(({ key }) => note.signatures.some((line) => isSignatureBy(key, line)));
  return unknown(isOutsideItsSizes ? 'key-not-for-this-size' : 'key-unknown');
}

/** `expected` bounds the block: the last one in which an anchor confirms one of these keys. */
function revoked({ log }: Trust, signers: readonly VerifierKey[], anchoredBlock: bigint | undefined): StepResult {
  const blocks = log.keys.filter(({ key }) => signers.includes(key)).map(({ revokedAtBlock }) => revokedAtBlock ?? 0n);
  const last = blocks.reduce((most, block) => (block > most ? block : most), 0n);
  return unknown('key-revoked', `<= ${last}`, anchoredBlock?.toString());
}

/**
 * A consistency proof (RFC 9162, section 2.1.4) between the tree of the receipt and the tree of a
 * pinned checkpoint, from the smaller of the two sizes to the larger.
 */
export interface PinConsistency {
  /** Size of the pinned checkpoint. */
  readonly size: bigint;
  readonly proof: readonly Uint8Array[];
}

/** The checkpoint is consistent with each checkpoint that the trust file pins. */
export function judgePins(
  hash: Sha256,
  { checkpoint }: Pick<TlogProof, 'checkpoint'>,
  trust: Trust | undefined,
  proofs: readonly PinConsistency[],
): StepResult {
  const pins = trust?.pinnedCheckpoints ?? [];
  if (trust === undefined || pins.length === 0) return NOT_ASKED;
  if (checkpoint.origin !== trust.log.origin) return unknown('origin-unknown');
  let undecided: StepResult | undefined;
  for (const { checkpoint: pin } of pins) {
    const proof = pin.size === checkpoint.size ? [] : proofs.find(({ size }) => size === pin.size)?.proof;
    const [older, newer] = pin.size <= checkpoint.size ? [pin, checkpoint] : [checkpoint, pin];
    if (proof === undefined) {
      undecided ??= unknown('pin-not-connected', pin.size.toString());
    } else if (!verifyConsistency(treeHasher(hash), older.size, newer.size, older.root, newer.root, proof)) {
      // With equal sizes the roots themselves differ. Between two sizes the proof alone may be
      // wrong, which contradicts nothing.
      if (older.size === newer.size) return fail('pin-differs', toBase64(pin.root), toBase64(checkpoint.root));
      undecided ??= unknown('pin-proof-wrong', pin.size.toString());
    }
  }
  return undecided ?? PASS;
}
