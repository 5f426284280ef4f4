import { useEffect, useState } from 'preact/hooks';
import type { Lang } from '../../text/message.ts';
import { LANGUAGE_TAGS } from '../../text/language.ts';
import { firstLanguage, rememberLanguage } from './remembered-language.ts';

/** The reader's language, which the document states, and how to choose and remember another one. */
export function useChosenLanguage(): readonly [Lang, (lang: Lang) => void] {
  const [lang, setLang] = useState<Lang>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = LANGUAGE_TAGS[lang];
  }, [lang]);
  const choose = (chosen: Lang) => {
    setLang(chosen);
    rememberLanguage(chosen);
  };
  return [lang, choose];
}
