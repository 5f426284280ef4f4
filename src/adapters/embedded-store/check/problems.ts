import { bilingual, type Message } from '../../../text/message.ts';
import { CHECK_FAULTS } from '../../../text/store.ts';
import type { StoreProblem } from '../../../log/model.ts';

export const REBUILD = 'rebuild';
/** To rebuild the index once the journal, which is damaged too, is repaired. */
export const REBUILD_LATER = 'rebuild-later';
export const REPAIR = 'repair';
/** A torn tail of which the index proves that nothing was acknowledged. */
export const CUT_AT_START = 'cut-at-start';
/** A torn tail of which no index proves that. */
export const CUT_OR_LOST = 'cut-or-lost';
export const REORDER = 'reorder';

/** The problems of one check, listed up to a maximum and counted beyond it. */
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

  /** Defers rebuilding the index where the journal has to be repaired first. */
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

/** `frame 7`, or `frames 7..9`. */
export function frameRange(first: number, last: number): Message {
  return first === last ? bilingual(CHECK_FAULTS.frame, { first }) : bilingual(CHECK_FAULTS.frames, { first, last });
}

/** `record 7`, or `records 7..9`. */
export function recordRange(first: bigint, last: bigint): Message {
  return first === last
    ? bilingual(CHECK_FAULTS.recordAt, { first })
    : bilingual(CHECK_FAULTS.recordsTo, { first, last });
}
