/**
 * `evidence-ledger/protocol`: parses, checks and recomputes what the parties exchange. Pure,
 * without I/O and without a clock, in Node and in browsers. What is exported here keeps its meaning
 * within a major version; everything else of the folder may change.
 *
 * @example Verify a receipt from answers that another program has gathered
 *   const [receipt, trust] = [parseReceipt(receiptText), parseTrust(trustText)];
 *   const questions = questionsFor(receipt, trust); // for each chain node
 *   const report = verifyReceipt({ receipt, trust: { source: 'file', value: trust }, chain, file });
 *   console.log(report.verdict, VERDICT_EXIT[report.verdict]);
 */
export { fromBase64, fromHex, toBase64, toHex } from '../protocol/encoding/bytes.ts';
export { ProtocolError } from '../protocol/encoding/errors.ts';
export { parseJson, type Json, type JsonObject } from '../protocol/encoding/json.ts';
export { sha256, type Sha256 } from '../protocol/encoding/hash.ts';
export { parseCheckpoint, type Checkpoint } from '../protocol/note/checkpoint.ts';
export { parseNote, type Note } from '../protocol/note/note.ts';
export { checkNote, parseVkey, type VerifierKey } from '../protocol/note/vkey.ts';
export { treeHasher, type TreeHasher } from '../protocol/merkle/tree-hasher.ts';
export { CompactRange } from '../protocol/merkle/compact-range.ts';
export { verifyInclusion } from '../protocol/merkle/inclusion.ts';
export { verifyConsistency } from '../protocol/merkle/consistency.ts';
export { parseEntryBundle } from '../protocol/merkle/entry-bundle.ts';
export { parseTilePath, tilePath, type TileId } from '../protocol/merkle/tile.ts';
export { recordEntry, recordRoot, type RecordHeader } from '../protocol/record/header.ts';
export { sectionCommitment, type Section } from '../protocol/record/section.ts';
export { parseReceipt, readReceipt, type ParsedReceipt } from '../protocol/receipt.ts';
export { parseTlogProof, type TlogProof } from '../protocol/note/tlog-proof.ts';
export { parsePolicy, isQuorumMet, type WitnessPolicy } from '../protocol/note/witness-policy.ts';
export { checkCosignatures, parseWitnessVkey, type WitnessKey } from '../protocol/note/cosignature.ts';
export { type Trust } from '../protocol/trust.ts';
export { parseTrust, trustFingerprint } from '../protocol/trust-file.ts';
export type { ChainQuestion, ChainSource } from '../protocol/chain/rpc.ts';
export type { FileFacts } from '../protocol/verify/record-steps.ts';
export { VERDICT_EXIT, type Report, type Step, type Verdict } from '../protocol/verify/report.ts';
export { questionsFor, verifyReceipt, type Verification } from '../protocol/verify/verifier.ts';
