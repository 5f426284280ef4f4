/**
 * One thing said in both languages. `{name}` marks a place to be filled; both languages have the
 * same places. `{name:record|records}` says the first word where the value is 1, else the second.
 */
export interface Message {
  readonly zh: string;
  readonly en: string;
}

export type Lang = keyof Message;

export function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { zh, en, ...others } = value as Partial<Message>;
  return typeof zh === 'string' && typeof en === 'string' && Object.keys(others).length === 0;
}

/** The names of the places in a text: `Places<'{done} of {total}'>` is `'done' | 'total'`. */
export type Placeholders<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? (Place extends `${infer Name}:${string}` ? Name : Place) | Placeholders<Rest>
  : never;

/** What a place is filled with; words are put in in the language of the text around them. */
export type MessageValue = string | number | bigint | Message;

/** Nothing where a text has no places, else one value for each. */
export type MessageValues<W extends Message> = [Placeholders<W['en']>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholders<W['en']>, MessageValue>>];

/** The words of one language with their places filled. */
export function format<const W extends Message>(lang: Lang, words: W, ...[values]: MessageValues<W>): string {
  return fill(lang, words, values);
}

/** Both languages filled, for a text whose reader is not known yet. */
export function bilingual<const W extends Message>(words: W, ...[values]: MessageValues<W>): Message {
  return fillBoth(words, values ?? {});
}

/** The same where the placeholders are known at run time alone. */
export function fillBoth(message: Message, values: Readonly<Record<string, MessageValue>>): Message {
  return { zh: fill('zh', message, values), en: fill('en', message, values) };
}

function fill(lang: Lang, words: Message, values: Readonly<Record<string, MessageValue>> = {}): string {
  const places = /\{([a-zA-Z][a-zA-Z0-9]*)(?::([^|{}]*)\|([^|{}]*))?\}/g;
  return words[lang].replaceAll(places, (place, name: string, one?: string, many?: string) => {
    const value = values[name] ?? place;
    const text = typeof value === 'object' ? value[lang] : String(value);
    return one === undefined || many === undefined ? text : text === '1' ? one : many;
  });
}
