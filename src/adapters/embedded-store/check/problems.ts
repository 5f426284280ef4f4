import type { StoreProblem } from '../../../log/model.ts';

export const REBUILD = 'rebuild';
/** The journal is not good: it comes first. */
export const REBUILD_LATER = 'rebuild-later';
export const REPAIR = 'repair';
/** A torn tail of which the index knows that nothing was acknowledged. */
export const CUT_AT_START = 'cut-at-start';
/** One of which no index can say so. */
export const CUT_OR_LOST = 'cut-or-lost';
export const REORDER = 'reorder';

export class Problems {
  readonly list: StoreProblem[] = [];
  readonly #max: number;
  omittedCount = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(problem: StoreProblem): void {
    if (this.list.length < this.#max) this.list.push(problem);
    else this.omittedCount++;
  }

  /** An index is made again from a journal that is good, and not before. */
  putJournalFirst(): void {
    const isJournalBad = this.list.some(
      ({ repair }) => repair === REPAIR || repair === REORDER || repair === CUT_OR_LOST,
    );
    if (!isJournalBad) return;
    for (const [i, problem] of this.list.entries()) {
      if (problem.repair === REBUILD) this.list[i] = { ...problem, repair: REBUILD_LATER };
    }
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `frame 7`, or `frames 7..9`. */
export function span(name: string, first: number | bigint, last: number | bigint): string {
  return first === last ? `${name} ${first}` : `${name}s ${first}..${last}`;
}
