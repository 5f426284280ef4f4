export interface StoreProblem {
  /**
   * `journal-damaged`, `journal-torn-tail`, `journal-behind`, `segment-missing`, `segment-misplaced`, `segment-foreign`, `record-damaged`,
   * `commit-damaged`, `checkpoint-damaged`, `index-unusable`, `index-damaged`.
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
  readonly repair?: string;
}

export const REBUILD = 'the journal is good: `evl rebuild-index` makes the index again';
export const REBUILD_LATER =
  'first put the journal right, as it says there; then `evl rebuild-index` makes the index again';
export const REPAIR =
  '`evl repair --from BACKUP` puts the bytes back from a backup or another copy that has them; do not rebuild the index before';
export const CUT_AT_START = 'a crash within a write leaves this, nothing was acknowledged: the next start cuts it';
export const CUT_OR_LOST =
  'a crash within a write leaves this, but no index is there to say that nothing was acknowledged: `evl repair --from BACKUP` puts the ' +
  'frame back if the copy has it, and keeps these bytes aside if not';
export const REORDER = '`evl repair` puts the frames where they belong';

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
