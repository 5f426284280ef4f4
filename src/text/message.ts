/**
 * A text in both languages, with the same placeholders: `{name}`, or `{name:record|records}` for
 * the first word where the value is 1 and the second otherwise.
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

/** Names of a text's placeholders: `Placeholders<'{done} of {total}'>` is `'done' | 'total'`. */
export type Placeholders<Text extends string> = Text extends `${string}{${infer Placeholder}}${infer Rest}`
  ? (Placeholder extends `${infer Name}:${string}` ? Name : Placeholder) | Placeholders<Rest>
  : never;

/** The value of a placeholder; a message is inserted in the language of the text around it. */
export type MessageValue = string | number | bigint | Message;

/** Names of placeholders whose value is a sentence, or a part of one. */
type SentenceName = 'reason' | 'detail' | 'fault' | 'failure' | 'message' | 'sentence' | 'outcome' | 'problem';

/**
 * The values of the placeholders. A sentence is given in both languages, so that none in one
 * language stands in a text of the other.
 */
export type ValuesOf<Names extends string> = {
  readonly [Name in Names]: Name extends SentenceName ? Message : MessageValue;
};

/** The values of a text's placeholders; no argument for a text without any. */
export type MessageValues<W extends Message> = [Placeholders<W['en']>] extends [never]
  ? []
  : [values: ValuesOf<Placeholders<W['en']>>];

/** The text in one language, its placeholders filled. */
export function format<const W extends Message>(lang: Lang, message: W, ...[values]: MessageValues<W>): string {
  return fill(lang, message, values);
}

/** The text in both languages, for a reader whose language is not known yet. */
export function bilingual<const W extends Message>(message: W, ...[values]: MessageValues<W>): Message {
  return fillBoth(message, values ?? {});
}

/** `bilingual` for a message whose placeholders are only known at run time. */
export function fillBoth(message: Message, values: Readonly<Record<string, MessageValue>>): Message {
  return { zh: fill('zh', message, values), en: fill('en', message, values) };
}

function fill(lang: Lang, message: Message, values: Readonly<Record<string, MessageValue>> = {}): string {
  const placeholders = /\{([a-zA-Z][a-zA-Z0-9]*)(?::([^|{}]*)\|([^|{}]*))?\}/g;
  return message[lang].replaceAll(placeholders, (placeholder, name: string, one?: string, many?: string) => {
    const value = values[name] ?? placeholder;
    const text = typeof value === 'object' ? value[lang] : String(value);
    return one === undefined || many === undefined ? text : text === '1' ? one : many;
  });
}
