import { toBase64 } from '../encoding/bytes.ts';
import type { Sha256 } from '../encoding/hash.ts';
import { verifyConsistency } from '../merkle/consistency.ts';
import { inclusionPathLength, rootFromInclusionPath } from '../merkle/inclusion.ts';
import { treeHasher } from '../merkle/tree-hasher.ts';
import { recordEntry, type RecordHeader, recordRoot } from '../record/header.ts';
import type { TlogProof } from '../note/tlog-proof.ts';
import { keysValidAt, keysForSize, type Trust } from '../trust.ts';
import { checkNote, isSignatureBy, type VerifierKey, type VerifySignature } from '../note/vkey.ts';
import { fail, type Finding, NOT_ASKED, PASS, unknown } from './report.ts';

/** The record's entry lies at the stated index under the stated root. */
export function judgeInclusion(hash: Sha256, header: RecordHeader, proof: TlogProof): Finding {
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
 * A key that the trust file names for this origin and size signed the checkpoint. One that was
 * revoked counts only as far as an anchor bears it out: a thief can sign any size that the key was
 * good for, but not put it into a block of the past.
 */
export function judgeSignature(
  proof: Pick<TlogProof, 'note' | 'checkpoint'>,
  trust: Trust | undefined,
  anchoredBlock: bigint | undefined,
  verify?: VerifySignature,
): Finding {
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

/** Expected is the last block in which an anchor still bears out one of these keys. */
function revoked({ log }: Trust, signers: readonly VerifierKey[], anchoredBlock: bigint | undefined): Finding {
  const blocks = log.keys.filter(({ key }) => signers.includes(key)).map(({ revokedAtBlock }) => revokedAtBlock ?? 0n);
  const last = blocks.reduce((most, block) => (block > most ? block : most), 0n);
  return unknown('key-revoked', `<= ${last}`, anchoredBlock?.toString());
}

/**
 * Proof that two trees of the log agree: from the smaller to the larger of a pinned size and the
 * receipt's.
 */
export interface PinConsistency {
  readonly size: bigint;
  readonly proof: readonly Uint8Array[];
}

/** The checkpoint is consistent with each checkpoint that the trust file pins. */
export function judgePins(
  hash: Sha256,
  { checkpoint }: Pick<TlogProof, 'checkpoint'>,
  trust: Trust | undefined,
  proofs: readonly PinConsistency[],
): Finding {
  const pins = trust?.pinnedCheckpoints ?? [];
  if (trust === undefined || pins.length === 0) return NOT_ASKED;
  if (checkpoint.origin !== trust.log.origin) return unknown('origin-unknown');
  let undecided: Finding | undefined;
  for (const { checkpoint: pin } of pins) {
    const proof = pin.size === checkpoint.size ? [] : proofs.find(({ size }) => size === pin.size)?.proof;
    const [older, newer] = pin.size <= checkpoint.size ? [pin, checkpoint] : [checkpoint, pin];
    if (proof === undefined) {
      undecided ??= unknown('pin-not-connected', pin.size.toString());
    } else if (!verifyConsistency(treeHasher(hash), older.size, newer.size, older.root, newer.root, proof)) {
      // With equal sizes the roots themselves differ. A bad proof between two sizes may be its
      // bringer's fault.
      if (older.size === newer.size) return fail('pin-differs', toBase64(pin.root), toBase64(checkpoint.root));
      undecided ??= unknown('pin-proof-wrong', pin.size.toString());
    }
  }
  return undecided ?? PASS;
}
