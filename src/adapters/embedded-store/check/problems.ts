export interface StoreProblem {
  /**
   * `journal-damaged`, `journal-torn-tail`, `journal-behind`, `segment-missing`,
   * `segment-misplaced`, `segment-foreign`, `record-damaged`, `commit-damaged`,
   * `checkpoint-damaged`, `index-unusable`, `index-damaged`.
   */
  readonly code: string;
  readonly where: {
    readonly file?: string;
    readonly offset?: number;
    /** From `offset` on; 0 where something is missing. */
    readonly lengthBytes?: number;
    readonly seq?: number;
    readonly lastSeq?: number;
    readonly record?: bigint;
    readonly lastRecord?: bigint;
    readonly key?: string;
  };
  readonly message: string;
  /** Which copy is good, and what makes the other one good again. */
  readonly repair?: RepairStep;
}

/** What puts damage right; the words to each are in the text table. */
export type RepairStep =
  | 'rebuild'
  | 'rebuild-later'
  | 'repair'
  | 'cut-at-start'
  | 'cut-or-lost'
  | 'reorder'
  | 'put-back'
  | 'restore-key'
  | 'close-key';

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
