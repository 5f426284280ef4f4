import type { Lang } from './message.ts';

/**
 * The language that an `Accept-Language` header prefers: Chinese where it ranks any `zh` above
 * `en`, else English.
 */
export function languageOf(acceptLanguage: string | undefined): Lang {
  const ranked = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.trim().toLowerCase().split(';');
      const q = parameters.map((parameter) => /^\s*q=([01](?:\.[0-9]{1,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { lang: tag.split('-')[0], q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ lang, q }) => (lang === 'zh' || lang === 'en') && q > 0)
    .toSorted((a, b) => b.q - a.q);
  return ranked[0]?.lang === 'zh' ? 'zh' : 'en';
}

/** As `Content-Language` and the `lang` of HTML name them. */
export const LANGUAGE_TAGS: Readonly<Record<Lang, string>> = { zh: 'zh-CN', en: 'en' };
