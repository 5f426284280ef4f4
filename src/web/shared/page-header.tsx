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
          <path d="M16 2 4 6.5V15c0 7.4 5 12.6 12 15 7-2.4 12-7.6 12-15V6.5Zm0 3.2 9 3.4V15c0 5.7-3.6 9.7-9 11.8C10.6 24.7 7 20.7 7 15V8.6Zm-1.5 15.6L9.8 16l2.1-2.1 2.6 2.6 5.7-5.7 2.1 2.1Z" />
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
