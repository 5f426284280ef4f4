import { ProtocolError } from '../encoding/errors.ts';
import type { Json } from '../encoding/json.ts';
import { type Finding, unknown } from './report.ts';

/** What one node answered, by the names of the questions. */
export class Answers {
  readonly #answers: Readonly<Record<string, Json | undefined>>;

  constructor(answers: Readonly<Record<string, Json | undefined>>) {
    this.#answers = answers;
  }

  /** Throws where there is no answer; only inside `guarded`. */
  get(name: string): Json {
    const answer = this.#answers[name];
    if (answer === undefined) throw new NoAnswer(name);
    return answer;
  }
}

/** A finding from answers that may be missing or unreadable. */
export function guarded(judge: () => Finding): Finding {
  try {
    return judge();
  } catch (error) {
    if (error instanceof NoAnswer) return unknown('no-answer');
    if (error instanceof ProtocolError) return unknown('answer-unreadable');
    throw error;
  }
}

class NoAnswer extends Error {}
