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
          <path d="M16 2 4 6.500V15c0 7.400 5 12.600 12 15 7-2.400 12-7.600 12-15V6.500Zm0 3.200 9 3.400V15c0 5.700-3.600 9.700-9 11.800C10.600 24.700 7 20.700 7 15V8.600Zm-1.500 15.600L9.800 16l2.100-2.100 2.600 2.600 5.700-5.700 2.100 2.100Z" />
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
