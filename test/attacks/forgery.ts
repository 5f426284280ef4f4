import { ORIGIN, type ReceiptJson, type TestLedger } from '../oracle/ledger.ts';
import { checkpointText, signedNote, tlogProof } from '../oracle/note.ts';
import type { RecordJson } from '../oracle/record.ts';
import { Scenario } from '../protocol/scenario.ts';
import type { Report } from '../../src/protocol/verify/report.ts';

/**
 * A claim that a dishonest operator may sign: this record at this index of a tree of this size and
 * root.
 */
export interface Claim {
  readonly record: RecordJson;
  readonly index: bigint | number;
  readonly path: readonly Uint8Array[];
  readonly size: bigint | number;
  readonly root: Uint8Array;
}

/** The receipt of a claim with a valid signature by the log's key, without an anchor. */
export function signedClaim({ key }: TestLedger, { record, index, path, size, root }: Claim): ReceiptJson {
  const note = signedNote(checkpointText(ORIGIN, size, root), key);
  return { format: 'evidence-ledger/receipt/v1', record, proof: tlogProof(index, path, note), anchor: null };
}

/** The report on a claim about the record alone, without chain nodes. */
export function judgeClaim(ledger: TestLedger, claim: Claim): Report {
  const scenario = new Scenario(5, ledger);
  scenario.receipt = signedClaim(ledger, claim);
  scenario.nodes = [];
  scenario.file = undefined;
  return scenario.judge();
}

/** Every damage to a list of hashes that changes it. */
export function* damagedHashes(hashes: readonly Uint8Array[]): Generator<readonly [name: string, Uint8Array[]]> {
  const foreign = Buffer.alloc(32, 0xa5);
  for (const [i, hash] of hashes.entries()) {
    for (let at = 0; at < hash.length; at++) {
      const changed = hash.with(at, hash[at]! ^ (1 << (at % 8)));
      yield [`byte ${at} of hash ${i} changed`, hashes.with(i, changed)];
    }
    yield [`hash ${i} removed`, hashes.toSpliced(i, 1)];
    yield [`hash ${i} twice`, hashes.toSpliced(i, 0, hash)];
    yield [`a hash added before hash ${i}`, hashes.toSpliced(i, 0, foreign)];
    for (let j = 0; j < i; j++) yield [`hashes ${j} and ${i} swapped`, hashes.with(i, hashes[j]!).with(j, hash)];
  }
  yield ['a hash added at the end', [...hashes, foreign]];
  if (hashes.length > 1) yield ['reversed', hashes.toReversed()];
  if (hashes.length > 0) yield ['none', []];
  yield ['65 hashes', Array.from({ length: 65 }, (_, i) => hashes[i] ?? foreign)];
}
