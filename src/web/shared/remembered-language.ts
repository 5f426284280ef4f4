import type { Lang } from '../../text/message.ts';

const KEY = 'evl-language';

/** `?lang=`, else what the reader chose on an earlier visit, else what the browser prefers. */
export function firstLanguage(): Lang {
  const asked = new URLSearchParams(location.search).get('lang');
  return langOf(asked) ?? langOf(remembered()) ?? preferred() ?? 'zh';
}

/** Where the browser keeps nothing, the choice holds until the page is closed. */
export function rememberLanguage(lang: Lang): void {
  try {
    localStorage.setItem(KEY, lang);
  } catch {
    // storage is switched off, or the page is opened from a disk
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function preferred(): Lang | undefined {
  return navigator.languages.map(langOf).find((lang) => lang !== undefined);
}

function langOf(tag: string | null): Lang | undefined {
  const [lang] = tag?.toLowerCase().split('-') ?? [];
  return lang === 'zh' || lang === 'en' ? lang : undefined;
}
