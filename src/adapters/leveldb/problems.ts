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
export const REPAIR =
  '`evl repair --from BACKUP` puts the bytes back from a backup or another copy that has them; do not rebuild the index before';
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
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `frame 7`, or `frames 7..9`. */
export function span(name: string, first: number | bigint, last: number | bigint): string {
  return first === last ? `${name} ${first}` : `${name}s ${first}..${last}`;
}
