import type { AuditProblem } from './audit-problem.ts';

const MAX_OF_CODE = 100;

/**
 * Collects problems in the order in which they are found: the first hundred of each code, then only
 * a count. A damaged log could otherwise yield one problem for every entry.
 */
export class ProblemList {
  readonly #kept: AuditProblem[] = [];
  readonly #counts = new Map<string, { readonly problem: Pick<AuditProblem, 'kind' | 'code'>; count: number }>();

  add(problems: readonly AuditProblem[]): void {
    for (const problem of problems) {
      const { kind, code } = problem;
      const name = `${kind} ${code}`;
      const counted = this.#counts.get(name) ?? { problem: { kind, code }, count: 0 };
      this.#counts.set(name, counted);
      if (++counted.count <= MAX_OF_CODE) this.#kept.push(problem);
    }
  }

  /** The kept problems, and one with a count for each code that had more. */
  get all(): AuditProblem[] {
    const further = [...this.#counts.values()].filter(({ count }) => count > MAX_OF_CODE);
    const counts = further.map(({ problem, count }): AuditProblem => ({
      ...problem,
      where: 'further places',
      found: `${count - MAX_OF_CODE} ×`,
    }));
    return [...this.#kept, ...counts];
  }
}
