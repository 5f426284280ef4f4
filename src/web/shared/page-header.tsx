import type { ComponentChildren } from 'preact';
import type { Lang } from '../../text/message.ts';
import { LANGUAGE_TAGS } from '../../text/language.ts';
import { PAGE_FRAME } from '../../text/page-frame.ts';
import { useText } from './language.ts';

interface PageHeaderProps {
  readonly title: string;
  /** A word next to the title. */
  readonly tag?: string | undefined;
  readonly onLanguage: (lang: Lang) => void;
  /** What the navigation leads to, before the other language. */
  readonly children: ComponentChildren;
}

/** The head of a page: emblem, title, navigation and the switch of the language. */
export function PageHeader({ title, tag, onLanguage, children }: PageHeaderProps) {
  const { lang, t } = useText();
  const other = lang === 'zh' ? 'en' : 'zh';
  return (
    <header>
      <div class="bar-inner">
        <svg class="emblem" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M16 2 4 6.500V15c0 7.400 5 12.600 12 15 7-2.400 12-7.600 12-15V6.500Zm0 3.200 9 3.400V15c0 5.700-3.600 9.700-9 11.800C10.600 24.700 7 20.700 7 15V8.600Zm-1.500 15.600L9.800 16l2.100-2.100 2.600 2.600 5.700-5.700 2.100 2.100Z" />
        </svg>
        <h1>{title}</h1>
        {tag !== undefined && <span class="tag">{tag}</span>}
        <nav aria-label={t(PAGE_FRAME.pageNavigation)}>
          {children}
          <button type="button" lang={LANGUAGE_TAGS[other]} onClick={() => onLanguage(other)}>
            {t(PAGE_FRAME.otherLanguage)}
          </button>
        </nav>
      </div>
    </header>
  );
}
