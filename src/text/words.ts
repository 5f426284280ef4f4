/** One thing said in both languages. `{name}` marks a place to be filled; both languages have the same places. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export type Lang = keyof Words;

export const LANGS: readonly Lang[] = ['zh', 'en'];

/** The names of the places in a text: `Places<'{done} of {total}'>` is `'done' | 'total'`. */
export type Places<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? Place | Places<Rest>
  : never;

/** Nothing where a text has no places, else one value for each. */
export type Fillings<W extends Words> = [Places<W['en']>] extends [never]
  ? []
  : [values: Readonly<Record<Places<W['en']>, string | number | bigint>>];

/** The words of one language with their places filled. */
export function say<const W extends Words>(lang: Lang, words: W, ...[values]: Fillings<W>): string {
  return fill(words[lang], values);
}

/** Both languages filled, for a text whose reader is not known yet. */
export function filled<const W extends Words>(words: W, ...[values]: Fillings<W>): Words {
  return { zh: fill(words.zh, values), en: fill(words.en, values) };
}

function fill(text: string, values: Readonly<Record<string, string | number | bigint>> = {}): string {
  return text.replaceAll(/\{([a-zA-Z]+)\}/g, (place, name: string) => String(values[name] ?? place));
}
