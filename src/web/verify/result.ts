import type { NewestJudgement } from '../../verifier/judge-newest.ts';

/** A judgement of the page, under the name that its reader knows. */
export interface Result extends NewestJudgement {
  readonly name: string;
  /** Of the file that was compared, or that was typed; undefined: none. */
  readonly sha256?: string | undefined;
}
