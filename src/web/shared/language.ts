import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { printable } from '../../kinds/printable.ts';
import { format, type Lang, type Message, type MessageValues } from '../../text/message.ts';

export const Language = createContext<Lang>('zh');

/** The reader's language, and texts in it. */
export function useText() {
  const lang = useContext(Language);
  return {
    lang,
    /** A text in the reader's language, with its values, none of which can disguise it. */
    t: <const M extends Message>(message: M, ...values: MessageValues<M>): string =>
      printable(format(lang, message, ...values)),
  };
}
