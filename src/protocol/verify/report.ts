import type { JsonObject } from '../encoding/json.ts';
import type { ChainNodeName, NodeChooser } from '../chain/rpc.ts';
import type { Withheld } from '../record/withheld.ts';

/**
 * The steps of a verification, in the order of a report. Names and codes are API; their sentences
 * in Chinese and English are in src/text.
 */
export const STEP_NAMES = [
  'file-digest',
  'record-root',
  'inclusion',
  'log-signature',
  'witness-policy',
  'chain-identity',
  'anchor',
  'finality',
  'endorsement',
  'not-before',
  'custody',
  'pinned-checkpoint',
] as const;

export type StepName = (typeof STEP_NAMES)[number];

/** `none`: neither the request nor the trust file asks for the step. */
type StepStatus = 'pass' | 'fail' | 'unknown' | 'none';

export type Verdict = 'VERIFIED' | 'MISMATCH' | 'NOT_FOUND' | 'PENDING' | 'INCONSISTENT' | 'INDETERMINATE';

/** Exit codes of the command line, one for each verdict. */
export const VERDICT_EXIT: Readonly<Record<Verdict, number>> = {
  VERIFIED: 0,
  MISMATCH: 1,
  NOT_FOUND: 3,
  PENDING: 4,
  INCONSISTENT: 5,
  INDETERMINATE: 6,
};

/** The outcome of one step, without its name, since each node has an outcome of its own. */
export interface StepResult {
  readonly status: StepStatus;
  /** Stable; listed in PROTOCOL.md. `ok` where the step passes, `not-asked` with `none`. */
  readonly code: string;
  /**
   * The value that should be there, or `<`, `<=`, `>=` and a bound: values and names of fields,
   * never sentences.
   */
  readonly expected?: string;
  /** The value that is there; absent where there is none. */
  readonly found?: string;
}

/** The outcome of a step by the answers of one node. */
export interface NodeResult extends StepResult {
  readonly name: string;
  readonly by: NodeChooser;
}

export interface Step extends StepResult {
  readonly step: StepName;
  /** For steps that chain nodes were asked about: the outcome by each node. */
  readonly sources?: readonly NodeResult[];
}

export interface Report {
  readonly verdict: Verdict;
  /**
   * What was judged: a file and its record, the record alone, or a typed SHA-256 and its record: no
   * file was seen.
   */
  readonly scope: 'file' | 'record' | 'digest';
  /**
   * The parties other than the operator that the verdict rests on: `none`, or one or more of
   * `chain`, `pinned-block`, `witnesses`, `endorsers`, joined by `+`. Only what a trust file of the
   * verifier's own names counts, and of the chain only what nodes that the verifier chose answered
   * or what a pinned block proves for which somebody other than the operator vouches.
   */
  readonly independence: string;
  /**
   * What the verdict would rest on, in the same form, if the word of the trust file and of all
   * nodes were taken: what exceeds `independence` is checked by nobody but the operator.
   */
  readonly stated: string;
  /** Who vouches for the pinned blocks that `independence` counts. */
  readonly vouchers: readonly string[];
  /** The chain nodes that were asked, each with who chose it. */
  readonly nodes: readonly (ChainNodeName & { readonly by: NodeChooser })[];
  readonly trust: { readonly source: TrustSource; readonly sha256: string } | null;
  /**
   * The file and the digests that the receipt states: `equal`, `different`, `unknown` (one of them
   * is missing, or the receipt was edited so that it states nothing) or `none`: no file was given.
   * It holds without a trust file, and does not state that the receipt is genuine.
   */
  readonly comparison: 'equal' | 'different' | 'unknown' | 'none';
  /** The record that the report is about; null where the receipt has no readable record. */
  readonly object: ReportObject | null;
  readonly steps: readonly Step[];
}

export type TrustSource = 'file' | 'remembered' | 'server';

export interface ReportObject {
  /** The log has signed this very record: none of the disclosed values was edited. */
  readonly isIntact: boolean;
  readonly kind: string;
  readonly id: string;
  readonly number: string;
  readonly origin: string;
  readonly size: string | null;
  readonly index: string | null;
  /** RFC 3339, as the operator states it. Null where the section is withheld or states none. */
  readonly receivedAt: string | null;
  readonly fileName: string | null;
  readonly caseNumber: string | null;
  /** The disclosed sections by name, as the receipt states them. */
  readonly sections: JsonObject;
  /** The sections that the receipt does not disclose. */
  readonly withheld: Withheld;
  /** The final block that the record names: it was made after that block. */
  readonly notBefore: { readonly blockNumber: string; readonly blockHash: string; readonly blockTime?: string } | null;
  /** The block by which the record was anchored. */
  readonly anchoredBy: { readonly blockNumber: string; readonly blockHash: string; readonly blockTime?: string } | null;
}

/** The step passes. */
export const PASS: StepResult = { status: 'pass', code: 'ok' };
/** The step does not apply. */
export const NOT_ASKED: StepResult = { status: 'none', code: 'not-asked' };

/** The receipt contradicts itself, the file, the trust file or the chain. */
export function fail(code: string, expected?: string, found?: string): StepResult {
  return result('fail', code, expected, found);
}

/** The step cannot be decided. */
export function unknown(code: string, expected?: string, found?: string): StepResult {
  return result('unknown', code, expected, found);
}

function result(status: StepStatus, code: string, expected?: string, found?: string): StepResult {
  return { status, code, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
}
