/**
 * `evidence-ledger/protocol`: what programs of others may build on. Pure: reads, checks and recomputes, and does no I/O. What is exported here keeps its meaning within a
 * major version; everything else of this folder may change.
 */
export { fromBase64, fromHex, toBase64, toHex } from './bytes.ts';
export { ProtocolError } from './errors.ts';
export { parseJson, type Json, type JsonObject } from './json.ts';
export { sha256, type Sha256 } from './hash.ts';
export { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
export { parseNote, type Note } from './note.ts';
export { checkNote, parseVkey, type VerifierKey } from './vkey.ts';
export { treeHasher, type TreeHasher } from './merkle/tree-hasher.ts';
export { CompactRange } from './merkle/compact-range.ts';
export { verifyInclusion } from './merkle/inclusion.ts';
export { verifyConsistency } from './merkle/consistency.ts';
export { parseEntryBundle } from './merkle/entry-bundle.ts';
export { parseTilePath, tilePath, type TileId } from './merkle/tile.ts';
export { recordEntry, recordRoot, type RecordHeader } from './record/header.ts';
export { sectionCommitment, type Section } from './record/section.ts';
export { parseReceipt, readReceipt, type ParsedReceipt } from './receipt.ts';
export { parseTlogProof, type TlogProof } from './tlog-proof.ts';
export { parsePolicy, isQuorumMet, type WitnessPolicy } from './witness-policy.ts';
export { checkCosignatures, parseWitnessVkey, type WitnessKey } from './cosignature.ts';
export { parseTrust, trustFingerprint, type Trust } from './trust.ts';
export type { ChainQuestion, ChainSource } from './chain/rpc.ts';
export type { FileFacts } from './verify/record-steps.ts';
export { VERDICT_EXIT, type Report, type Step, type Verdict } from './verify/report.ts';
export { questionsFor, verifyReceipt, type Verification } from './verify/verifier.ts';
