import { fromHex0x } from '../encoding/bytes.ts';
import type { Anchor } from '../chain/anchor.ts';
import type { ChainQuestion, ChainSource } from '../chain/rpc.ts';
import { decimal } from '../chain/rpc.ts';
import { ProtocolError } from '../encoding/errors.ts';
import type { Sha256 } from '../encoding/hash.ts';
import { sha256 } from '../encoding/hash.ts';
import type { Part, ParsedReceipt } from '../receipt.ts';
import { withheldSections } from '../record/withheld.ts';
import { members, text } from '../encoding/shape.ts';
import { trustFingerprint } from '../trust-file.ts';
import type { Trust } from '../trust.ts';
import type { VerifySignature } from '../note/vkey.ts';
import { chainQuestions } from './chain-questions.ts';
import { judgeChain } from './chain-steps.ts';
import type { ChosenTrust } from './chosen-trust.ts';
import type { BlockTimes, ChainSubject, NotBefore } from './chain-subject.ts';
import { extendingTrees, type LaterTree } from './later-tree.ts';
import { judgeIndependence } from './independence.ts';
import { judgeInclusion, judgePins, judgeSignature, type PinConsistency } from './log-steps.ts';
import { limitPending } from './pending-age.ts';
import { type FileFacts, judgeFile, judgeRecord, sectionValue } from './record-steps.ts';
import {
  type StepResult,
  NOT_ASKED,
  type Report,
  type ReportObject,
  type Step,
  STEP_NAMES,
  type StepName,
  unknown,
} from './report.ts';
import { distinctSources } from './sources.ts';
import { isProven, verdictOf } from './verdict.ts';
import { judgeWitnesses } from './witness-step.ts';

/** Everything that a verdict depends on. The verifier fetches nothing and reads no clock. */
export interface Verification {
  readonly receipt: ParsedReceipt;
  /** Undefined where there is no trust file: nothing can be verified without one. */
  readonly trust?: ChosenTrust;
  /** Undefined where the record alone is to be judged. */
  readonly file?: FileFacts | undefined;
  /** The answers to `questionsFor`, one element for each node. */
  readonly chain?: readonly ChainSource[];
  /** Consistency proofs between the receipt's tree and pinned checkpoints of other sizes. */
  readonly pins?: readonly PinConsistency[];
  /**
   * Later trees of the log that may extend the receipt's; one with an anchor takes the place of the
   * anchor that the receipt lacks.
   */
  readonly later?: readonly LaterTree[];
  /**
   * The present time in Unix milliseconds, used only for `maxPendingMs` of the trust file;
   * undefined leaves the age of pending steps unjudged.
   */
  readonly nowMs?: number;
  /** Default: the portable SHA-256 of noble. */
  readonly hash?: Sha256;
  /** Default: `verifyEd25519`. A caching one pays off, since many receipts share a checkpoint. */
  readonly verifySignature?: VerifySignature | undefined;
}

/**
 * The questions to ask each chain node about this receipt, in the order in which `verifyReceipt`
 * expects the answers; empty where the receipt has no readable proof or anchor. `later` and `hash`
 * are those of the verification.
 */
export function questionsFor(
  receipt: ParsedReceipt,
  trust: Trust,
  later?: readonly LaterTree[],
  hash: Sha256 = sha256,
): ChainQuestion[] {
  const proof = valueOf(receipt.proof);
  const subject = chainSubject(receipt, proof ? extendingTrees(hash, proof.checkpoint, later) : []);
  return subject === undefined ? [] : chainQuestions(subject, trust);
}

/**
 * Judges a receipt by the steps of PROTOCOL.md section 7 and derives the verdict. Never throws for
 * foreign input: an unreadable part makes the steps that need it `unknown`.
 */
export function verifyReceipt(verification: Verification): Report {
  const { receipt, trust, file, hash = sha256 } = verification;
  const record = valueOf(receipt.record);
  const proof = valueOf(receipt.proof);
  const later = proof ? extendingTrees(hash, proof.checkpoint, verification.later) : [];
  const subject = chainSubject(receipt, later);
  const chain = subject && trust ? judgeChain(subject, trust, verification.chain ?? []) : undefined;

  const anchor = subject?.anchor ?? valueOf(receipt.anchor);
  const isAnchorConfirmed = chain?.steps.some(({ step, status }) => step === 'anchor' && status === 'pass') === true;
  const anchoredBlock = isAnchorConfirmed ? anchor?.blockNumber : undefined;

  const unreadable = (part: Part<unknown>): StepResult => unknown('error' in part ? part.error.code : 'not-judged');
  const results: Partial<Record<StepName, StepResult>> = {
    'file-digest':
      file === undefined ? NOT_ASKED : record ? judgeFile(file, record.disclosed) : unreadable(receipt.record),
    'record-root': record ? judgeRecord(hash, record.header, record.disclosed) : unreadable(receipt.record),
    inclusion:
      proof && record ? judgeInclusion(hash, record.header, proof) : unreadable(proof ? receipt.record : receipt.proof),
    'log-signature': proof
      ? judgeSignature(proof, trust?.value, anchoredBlock, verification.verifySignature)
      : unreadable(receipt.proof),
    'pinned-checkpoint': proof ? judgePins(hash, proof, trust?.value, verification.pins ?? []) : NOT_ASKED,
    'witness-policy': proof
      ? judgeWitnesses(proof, trust, { anchoredBlock, later, verify: verification.verifySignature })
      : trust === undefined || trust.value.witnessPolicies.length === 0
        ? NOT_ASKED
        : unreadable(receipt.proof),
    custody: NOT_ASKED,
  };
  const withoutChain =
    trust === undefined ? unknown('no-trust') : unreadable('error' in receipt.anchor ? receipt.anchor : receipt.proof);
  const allSteps = STEP_NAMES.map((step): Step => {
    const result = results[step] ?? chain?.steps.find((judged) => judged.step === step) ?? withoutChain;
    return { ...result, step };
  });
  const steps = limitPending(allSteps, record?.disclosed ?? [], trust?.value, verification.nowMs);
  return {
    verdict: verdictOf(steps),
    scope: file === undefined ? 'record' : 'file',
    comparison: comparisonOf(steps),
    ...judgeIndependence(steps, trust, anchor),
    nodes: distinctSources(verification.chain ?? []).map(({ name, address, by }) => ({ name, address, by })),
    trust: trust === undefined ? null : { source: trust.source, sha256: trustFingerprint(trust.value) },
    object: record ? objectOf(receipt, anchor, isProven(steps), chain?.times ?? {}) : null,
    steps,
  };
}

/** A receipt without an anchor has that of a later tree, with which its own is consistent. */
function chainSubject(receipt: ParsedReceipt, later: readonly LaterTree[]): ChainSubject | undefined {
  const proof = valueOf(receipt.proof);
  const anchor = valueOf(receipt.anchor);
  if (proof === undefined || anchor === undefined) return undefined;
  const { checkpoint } = proof;
  const notBefore = notBeforeOf(receipt);
  const anchored = anchor === null ? later.find((tree) => tree.anchor !== undefined) : undefined;
  if (anchored === undefined) return { checkpoint, anchor, notBefore };
  const { size, root } = anchored;
  return { checkpoint: { ...checkpoint, size, root }, anchor: anchored.anchor!, notBefore };
}

/** Undefined where the section is withheld or states no block. */
export function notBeforeOf(receipt: ParsedReceipt): NotBefore | 'unreadable' | undefined {
  const value = sectionValue(valueOf(receipt.record)?.disclosed ?? [], 'time')?.['notBefore'];
  if (value === undefined || value === null) return undefined;
  try {
    const { chainId, number, hash } = members('notBefore', value, ['chainId', 'number', 'hash']);
    fromHex0x('hash', text('hash', hash, 66), 32);
    return { chainId: decimal('chainId', chainId), number: decimal('number', number), hash: hash as string };
  } catch (error) {
    if (error instanceof ProtocolError) return 'unreadable';
    throw error;
  }
}

/** Digests that were edited state nothing about any file. */
export function comparisonOf(steps: readonly Step[]): Report['comparison'] {
  const of = (name: StepName) => steps.find(({ step }) => step === name)!.status;
  const compared = of('file-digest');
  if (compared === 'none') return 'none';
  if (compared === 'unknown' || of('record-root') === 'fail') return 'unknown';
  return compared === 'pass' ? 'equal' : 'different';
}

function objectOf(
  receipt: ParsedReceipt,
  anchor: Anchor | null | undefined,
  isIntact: boolean,
  times: BlockTimes,
): ReportObject {
  const { header, disclosed } = valueOf(receipt.record)!;
  const proof = valueOf(receipt.proof);
  const notBefore = notBeforeOf(receipt);
  const textIn = (section: string, name: string) => {
    const value = sectionValue(disclosed, section)?.[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    isIntact,
    kind: header.kind,
    id: header.id,
    number: header.number,
    origin: header.origin,
    size: proof?.checkpoint.size.toString() ?? null,
    index: proof?.index.toString() ?? null,
    receivedAt: textIn('time', 'receivedAt'),
    fileName: textIn('file', 'name'),
    caseNumber: textIn('case', 'number'),
    sections: Object.fromEntries(disclosed.map(({ name, value }) => [name, value])),
    withheld: withheldSections(header, disclosed),
    notBefore: typeof notBefore === 'object' ? blockOf(notBefore.number, notBefore.hash, times.notBeforeSeconds) : null,
    anchoredBy: anchor ? blockOf(anchor.blockNumber, anchor.blockHash, times.anchorSeconds) : null,
  };
}

function blockOf(number: bigint, hash: string, seconds: bigint | undefined): NonNullable<ReportObject['anchoredBy']> {
  const blockTime = seconds === undefined ? undefined : utcTime(seconds);
  return { blockNumber: number.toString(), blockHash: hash, ...(blockTime !== undefined && { blockTime }) };
}

function valueOf<T>(part: Part<T>): T | undefined {
  return 'value' in part ? part.value : undefined;
}

/** RFC 3339 of Unix seconds; undefined beyond the range of dates. */
export function utcTime(seconds: bigint): string | undefined {
  const time = new Date(Number(seconds) * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
