import type { Lang, Message } from '../../src/text/message.ts';

/**
 * What somebody's program came to: an alarm, a doubt (not taken for good, but no proof of
 * anything), or nothing.
 */
export type Grade = 'alarm' | 'doubt' | 'quiet';

/** One look at things, in the words of the program that looked: codes and exit. */
export interface Look {
  readonly grade: Grade;
  readonly said: string;
}

export interface Sight extends Look {
  readonly who: Message;
  readonly by: Message;
}

export interface Attack {
  readonly title: Message;
  readonly sights: Sight[];
}

const MARKS = { alarm: 'FOUND  ', doubt: 'doubts ', quiet: 'quiet  ' } as const;

/**
 * Tells what happens and keeps who saw what. What does not come as it should is a surprise, and
 * ends the drill with 1.
 */
export class Minutes {
  readonly lang: Lang;
  readonly attacks: Attack[] = [];
  readonly surprises: string[] = [];
  readonly #print: (line: string) => void;
  #now: Attack | undefined;

  constructor(lang: Lang, print: (line: string) => void) {
    this.lang = lang;
    this.#print = print;
  }

  /**
   * What is seen from here on is seen of this attack; of the honest run nothing comes into the
   * table.
   */
  begin(title: Message, isAttack = true): void {
    this.#now = isAttack ? { title, sights: [] } : undefined;
    if (this.#now !== undefined) this.attacks.push(this.#now);
    this.#print(`\n== ${title[this.lang]}`);
  }

  tell(words: Message): void {
    this.#print(`-- ${words[this.lang]}`);
  }

  /** `wanted` is what has to be among what was said, beside the grade. */
  saw(who: Message, by: Message, look: Look, grade: Grade, wanted: string): void {
    this.#now?.sights.push({ who, by, ...look });
    this.#look(MARKS[look.grade], who, by, look, grade, wanted);
  }

  /** What is still good in spite of the attack. */
  holds(who: Message, by: Message, look: Look, wanted: string): void {
    this.#look('holds  ', who, by, look, 'quiet', wanted);
  }

  #look(mark: string, who: Message, by: Message, look: Look, grade: Grade, wanted: string): void {
    const line = `${who[this.lang]}, ${by[this.lang]}: ${look.said}`;
    this.#print(`   ${mark}${line}`);
    if (look.grade === grade && look.said.includes(wanted)) return;
    this.surprises.push(`${line} (${look.grade}, should be ${grade}: ${wanted})`);
    this.#print(`   !! should be ${grade}: ${wanted}`);
  }
}
