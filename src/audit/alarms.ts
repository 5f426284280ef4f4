import type { AuditProblem } from './audit-problem.ts';

/** What is to be told after a pass. */
export interface ProblemChanges {
  /** Problems that did not stand before. */
  readonly raised: readonly AuditProblem[];
  /** Problems that have stood for another whole period since they were told last. */
  readonly reminded: readonly AuditProblem[];
  readonly over: readonly AuditProblem[];
}

const REMIND_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * The problems that stand, each told once, once more for every day that it lasts, and when it is
 * over.
 */
export class Alarms {
  readonly #active = new Map<string, { problem: AuditProblem; toldMs: number }>();
  #hasSeenContradiction = false;

  get active(): AuditProblem[] {
    return [...this.#active.values()].map(({ problem }) => problem);
  }

  /** Also where it is over. */
  get hasSeenContradiction(): boolean {
    return this.#hasSeenContradiction;
  }

  /**
   * `isComplete`: the pass looked at everything. One that did not cannot say that a problem is
   * over. `nowMs` never goes back.
   */
  update(problems: readonly AuditProblem[], isComplete: boolean, nowMs: number): ProblemChanges {
    const found = new Map(problems.map((problem) => [nameOf(problem), problem]));
    const [raised, reminded, over]: [AuditProblem[], AuditProblem[], AuditProblem[]] = [[], [], []];
    for (const [name, { problem }] of this.#active) {
      if (found.has(name) || !isComplete) continue;
      this.#active.delete(name);
      over.push(problem);
    }
    for (const [name, problem] of found) {
      const before = this.#active.get(name);
      const isDue = before === undefined || nowMs - before.toldMs >= REMIND_AFTER_MS;
      this.#active.set(name, { problem, toldMs: isDue ? nowMs : before.toldMs });
      if (isDue) (before === undefined ? raised : reminded).push(problem);
      this.#hasSeenContradiction ||= problem.kind === 'contradiction';
    }
    return { raised, reminded, over };
  }
}

/** Another root at one size is another fork: it does not change as the log grows. */
const WITH_ROOTS: ReadonlySet<string> = new Set(['log-forked', 'anchor-root-differs']);

/** Two problems of one code at one place are one; their values may change from pass to pass. */
function nameOf({ code, where, found }: AuditProblem): string {
  return WITH_ROOTS.has(code) ? `${code} ${where} ${found}` : `${code} ${where}`;
}
