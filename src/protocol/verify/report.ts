/**
 * What a verification says. The words are API; their sentences in Chinese and English are in
 * src/text.
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

/** `none`: neither the question nor the trust file asks for this step. */
export type StepStatus = 'pass' | 'fail' | 'unknown' | 'none';

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

/** What one step found: without its name, since several sources may find for one step. */
export interface Finding {
  readonly status: StepStatus;
  /** Stable; listed in PROTOCOL.md. `ok` where the step passes, `not-asked` where nobody asks. */
  readonly code: string;
  /**
   * What was compared: the value that should be there, or `<`, `<=`, `>=` and its bound; values and
   * names of fields, never words …
   */
  readonly expected?: string;
  /** … and the one that was found; absent where there was none. */
  readonly found?: string;
}

export interface Step extends Finding {
  readonly step: StepName;
  /** For steps that were asked of chain nodes: what each said. */
  readonly sources?: readonly (Finding & { readonly name: string })[];
}

export interface Report {
  readonly verdict: Verdict;
  /** Whether a file was compared, or only the record was looked at. */
  readonly scope: 'file' | 'record';
  /**
   * Who, other than the operator, the verdict rests on: `none`, or one or more of `chain`,
   * `pinned-block`, `witnesses`, `endorsers`, joined by `+`.
   */
  readonly independence: string;
  readonly trust: { readonly source: TrustSource; readonly sha256: string } | null;
  /** What the report is about; null where the receipt could not be read that far. */
  readonly object: ReportObject | null;
  readonly steps: readonly Step[];
}

export type TrustSource = 'file' | 'remembered' | 'server';

export interface ReportObject {
  readonly kind: string;
  readonly id: string;
  readonly number: string;
  readonly origin: string;
  readonly size: string | null;
  readonly index: string | null;
  /** The operator's word: RFC 3339. Null where the section is withheld. */
  readonly receivedAt: string | null;
  readonly fileName: string | null;
  readonly caseNumber: string | null;
  /** The block before which the record did not exist, as the record states it. */
  readonly notBefore: { readonly blockNumber: string; readonly blockHash: string; readonly blockTime?: string } | null;
  /** The block by which the record was anchored. */
  readonly anchoredBy: { readonly blockNumber: string; readonly blockHash: string; readonly blockTime?: string } | null;
}

export const PASS: Finding = { status: 'pass', code: 'ok' };
export const NOT_ASKED: Finding = { status: 'none', code: 'not-asked' };

export function fail(code: string, expected?: string, found?: string): Finding {
  return finding('fail', code, expected, found);
}

export function unknown(code: string, expected?: string, found?: string): Finding {
  return finding('unknown', code, expected, found);
}

function finding(status: StepStatus, code: string, expected?: string, found?: string): Finding {
  return { status, code, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
}
