import type { Lang } from '../../../text/message.ts';
import { LANGUAGE_TAGS } from '../../../text/language.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import { useText } from './language.ts';

interface PageHeaderProps {
  readonly isCourt: boolean;
  readonly onCourt: (isCourt: boolean) => void;
  readonly onLanguage: (lang: Lang) => void;
}

export function PageHeader({ isCourt, onCourt, onLanguage }: PageHeaderProps) {
  const { lang, t } = useText();
  const other = lang === 'zh' ? 'en' : 'zh';
  return (
    <header>
      <div class="bar-inner">
        <svg class="emblem" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M16 2 4 6.5V15c0 7.4 5 12.6 12 15 7-2.4 12-7.6 12-15V6.5Zm0 3.2 9 3.4V15c0 5.7-3.6 9.7-9 11.8C10.6 24.7 7 20.7 7 15V8.6Zm-1.5 15.6L9.8 16l2.1-2.1 2.6 2.6 5.7-5.7 2.1 2.1Z" />
        </svg>
        <h1>{t(isCourt ? VERIFY_PAGE.courtMode : VERIFY_PAGE.title)}</h1>
        {EVL_MODE === 'offline' && <span class="tag">{t(VERIFY_PAGE.offlineTag)}</span>}
        <nav aria-label={t(VERIFY_PAGE.navigation)}>
          {EVL_MODE === 'served' && <a href={`/?lang=${lang}`}>{t(VERIFY_SERVICE.home)}</a>}
          <button type="button" onClick={() => onCourt(!isCourt)}>
            {t(isCourt ? VERIFY_PAGE.leaveCourtMode : VERIFY_PAGE.courtMode)}
          </button>
          <button type="button" lang={LANGUAGE_TAGS[other]} onClick={() => onLanguage(other)}>
            {t(VERIFY_PAGE.otherLanguage)}
          </button>
        </nav>
      </div>
    </header>
  );
}
