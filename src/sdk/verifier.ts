/**
 * `evidence-ledger/verifier`: gathers what a verdict rests on (trust file, chain nodes, pinned
 * checkpoints) and judges, as the command line does; in Node and in browsers. What is exported here
 * keeps its meaning within a major version; everything else of the folder may change.
 *
 * @example One receipt, one trust file, and the chain nodes that the trust file names
 *   const trust = { source: 'file', value: parseTrust(trustText) } as const;
 *   const report = await verifyOnline({ receipt: parseReceipt(receiptText), trust, file: { sha256 } });
 *   console.log(report.verdict);
 *
 * @example Many receipts, each checkpoint and each node asked once
 *   const judge = new Judge({
 *     trustFor: () => ({ trust }),
 *     askNodes: nodesByFetch(['https://node-one.example', 'https://node-two.example']),
 *     log: undefined,
 *     sha256,
 *     nowMs: Date.now,
 *   });
 *   const { report } = await judge.judge(receipt, { sha256: digest });
 */
export { chooseTrust, type TrustChoice, type TrustProblem, type TrustSettings } from '../verifier/choose-trust.ts';
export {
  type ComparedFile,
  type FileProblem,
  Judge,
  type Judgement,
  type JudgeSources,
  originOf,
} from '../verifier/judge.ts';
export { type FoundJudgement, lookUpAndJudge } from '../verifier/look-up.ts';
export { type AskNodes, nodesByFetch, noNodes } from '../verifier/nodes.ts';
export type { Hashes, Remembered, TrustMemory } from '../verifier/ports.ts';
export { upgradeReceipt, type Upgrade } from '../verifier/upgrade.ts';
export { verifyOnline, type OnlineVerification } from '../verifier/verify-online.ts';
