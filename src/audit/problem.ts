/** One thing that an audit found wrong. The codes are API, listed in PROTOCOL.md; their sentences are in src/text. */
export interface Problem {
  /** `contradiction`: what was signed, served or anchored does not fit together. `unknown`: it could not be judged. */
  readonly kind: 'contradiction' | 'unknown';
  readonly code: string;
  /** What was looked at: a path of the log, an entry, a size, a chain node. */
  readonly where: string;
  readonly expected?: string;
  readonly found?: string;
}

export function contradiction(code: string, where: string, expected?: string, found?: string): Problem {
  return problem('contradiction', code, where, expected, found);
}

export function unknown(code: string, where: string, expected?: string, found?: string): Problem {
  return problem('unknown', code, where, expected, found);
}

function problem(kind: Problem['kind'], code: string, where: string, expected?: string, found?: string): Problem {
  return { kind, code, where, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
}
