import type { NewestJudgement } from '../../verifier/judge-newest.ts';

/** A judgement of the page, under the name that its reader knows. */
export interface Result extends NewestJudgement {
  readonly name: string;
}
