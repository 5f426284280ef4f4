import { ProtocolError } from '../encoding/errors.ts';
import type { Json } from '../encoding/json.ts';
import { type StepResult, unknown } from './report.ts';

/** The answers of one node, by the names of the questions. */
export class Answers {
  readonly #answers: ReadonlyMap<string, Json | undefined>;

  /** `plan`: the questions by name; `answers`: in the order of the plan. */
  constructor(plan: Readonly<Record<string, unknown>>, answers: readonly (Json | undefined)[]) {
    this.#answers = new Map(Object.keys(plan).map((name, i) => [name, answers[i]]));
  }

  /** Throws where there is no answer; only for use inside `guarded`. */
  get(name: string): Json {
    const answer = this.#answers.get(name);
    if (answer === undefined) throw new NoAnswer(name);
    return answer;
  }
}

/** The result of `judge`, or `unknown` where an answer that it needs is missing or unreadable. */
export function guarded(judge: () => StepResult): StepResult {
  try {
    return judge();
  } catch (error) {
    if (error instanceof NoAnswer) return unknown('no-answer');
    if (error instanceof ProtocolError) return unknown('answer-unreadable');
    throw error;
  }
}

class NoAnswer extends Error {}
