import type { Lang, Message } from '../../src/text/message.ts';

/**
 * How a program judged: an alarm (proof), a doubt (not accepted, but no proof), or nothing wrong.
 */
export type Grade = 'alarm' | 'doubt' | 'quiet';

/** The result of one program: its grade, and its codes and exit as it printed them. */
export interface Observation {
  readonly grade: Grade;
  readonly summary: string;
}

interface Entry extends Observation {
  readonly who: Message;
  readonly by: Message;
}

export interface Attack {
  readonly title: Message;
  readonly entries: Entry[];
}

const MARKS = { alarm: 'FOUND  ', doubt: 'doubts ', quiet: 'quiet  ' } as const;

/**
 * Narrates the drill and records who found what. A result other than the expected one is a
 * surprise, with which the drill ends with 1.
 */
export class Transcript {
  readonly lang: Lang;
  readonly attacks: Attack[] = [];
  readonly surprises: string[] = [];
  readonly #print: (line: string) => void;
  #now: Attack | undefined;

  constructor(lang: Lang, print: (line: string) => void) {
    this.lang = lang;
    this.#print = print;
  }

  /** Records belong to this attack from now on; those of the honest run are not in the table. */
  begin(title: Message, isAttack = true): void {
    this.#now = isAttack ? { title, entries: [] } : undefined;
    if (this.#now !== undefined) this.attacks.push(this.#now);
    this.#print(`\n== ${title[this.lang]}`);
  }

  narrate(message: Message): void {
    this.#print(`-- ${message[this.lang]}`);
  }

  /** Records a result, which must have this grade and contain `expected`. */
  record(who: Message, by: Message, observation: Observation, grade: Grade, expected: string): void {
    this.#now?.entries.push({ who, by, ...observation });
    this.#observe(MARKS[observation.grade], who, by, observation, grade, expected);
  }

  /** Checks what must hold in spite of the attack. */
  confirm(who: Message, by: Message, observation: Observation, expected: string): void {
    this.#observe('holds  ', who, by, observation, 'quiet', expected);
  }

  #observe(mark: string, who: Message, by: Message, observation: Observation, grade: Grade, expected: string): void {
    const line = `${who[this.lang]}, ${by[this.lang]}: ${observation.summary}`;
    this.#print(`   ${mark}${line}`);
    if (observation.grade === grade && observation.summary.includes(expected)) return;
    this.surprises.push(`${line} (${observation.grade}, should be ${grade}: ${expected})`);
    this.#print(`   !! should be ${grade}: ${expected}`);
  }
}
