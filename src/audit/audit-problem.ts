/**
 * One problem found by an audit. The codes are API, listed in PROTOCOL.md; their sentences are in
 * src/text.
 */
export interface AuditProblem {
  /**
   * `contradiction`: what was signed, served or anchored does not fit together. `unknown`: it could
   * not be judged.
   */
  readonly kind: 'contradiction' | 'unknown';
  readonly code: string;
  /**
   * The place of the problem: a path of the log, a chain node, or a part named in src/text
   * (`anchor 4, size 700`).
   */
  readonly where: string;
  /** Values, as in the steps of a verification: never sentences. */
  readonly expected?: string;
  readonly found?: string;
}

export function contradiction(code: string, where: string, expected?: string, found?: string): AuditProblem {
  return problem('contradiction', code, where, expected, found);
}

export function unknown(code: string, where: string, expected?: string, found?: string): AuditProblem {
  return problem('unknown', code, where, expected, found);
}

function problem(
  kind: AuditProblem['kind'],
  code: string,
  where: string,
  expected?: string,
  found?: string,
): AuditProblem {
  return { kind, code, where, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
}

/** The outcome of an audit. */
export type Outcome = 'ok' | 'contradiction' | 'unknown';

/** A contradiction outranks everything else; what could not be judged is never `ok`. */
export function outcomeOf(problems: readonly AuditProblem[]): Outcome {
  if (problems.some(({ kind }) => kind === 'contradiction')) return 'contradiction';
  return problems.length > 0 ? 'unknown' : 'ok';
}
