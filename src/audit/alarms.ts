import type { AuditProblem } from './audit-problem.ts';

/** What a pass changes about the problems that are present, for a reader to be notified of. */
export interface ProblemChanges {
  /** Problems that were not present before. */
  readonly raised: readonly AuditProblem[];
  /** Problems that have lasted another full period since their last notification. */
  readonly reminded: readonly AuditProblem[];
  readonly resolved: readonly AuditProblem[];
}

const REMIND_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Tracks the problems of a watch across passes, so that each is reported once, once more for every
 * day that it lasts, and when it is resolved.
 */
export class Alarms {
  readonly #active = new Map<string, { problem: AuditProblem; notifiedMs: number }>();
  #hasSeenContradiction = false;

  /** The problems that are present, with the values of the pass that found them last. */
  get active(): AuditProblem[] {
    return [...this.#active.values()].map(({ problem }) => problem);
  }

  /** Stays true after the contradiction is resolved. */
  get hasSeenContradiction(): boolean {
    return this.#hasSeenContradiction;
  }

  /**
   * Takes the problems of one pass. Only a complete pass (one that examined everything) can resolve
   * a problem. `nowMs` is monotonic.
   */
  update(problems: readonly AuditProblem[], isComplete: boolean, nowMs: number): ProblemChanges {
    const found = new Map(problems.map((problem) => [identityOf(problem), problem]));
    const [raised, reminded, resolved]: [AuditProblem[], AuditProblem[], AuditProblem[]] = [[], [], []];
    for (const [identity, { problem }] of this.#active) {
      if (found.has(identity) || !isComplete) continue;
      this.#active.delete(identity);
      resolved.push(problem);
    }
    for (const [identity, problem] of found) {
      const before = this.#active.get(identity);
      const isDue = before === undefined || nowMs - before.notifiedMs >= REMIND_AFTER_MS;
      this.#active.set(identity, { problem, notifiedMs: isDue ? nowMs : before.notifiedMs });
      if (isDue) (before === undefined ? raised : reminded).push(problem);
      this.#hasSeenContradiction ||= problem.kind === 'contradiction';
    }
    return { raised, reminded, resolved };
  }
}

/** Another root at the same size is another fork: it does not change as the log grows. */
const DISTINGUISHED_BY_ROOT: ReadonlySet<string> = new Set(['log-forked', 'anchor-root-differs']);

/**
 * Problems of one code at one place are the same problem; their values may change between passes.
 */
function identityOf({ code, where, found }: AuditProblem): string {
  return DISTINGUISHED_BY_ROOT.has(code) ? `${code} ${where} ${found}` : `${code} ${where}`;
}
