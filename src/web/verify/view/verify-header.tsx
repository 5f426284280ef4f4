import type { Lang } from '../../../text/message.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import { useText } from '../../shared/language.ts';
import { PageHeader } from '../../shared/page-header.tsx';

interface VerifyHeaderProps {
  readonly isCourt: boolean;
  readonly onCourt: (isCourt: boolean) => void;
  readonly onLanguage: (lang: Lang) => void;
}

/** The head of the page that verifies. */
export function VerifyHeader({ isCourt, onCourt, onLanguage }: VerifyHeaderProps) {
  const { lang, t } = useText();
  return (
    <PageHeader
      title={t(isCourt ? VERIFY_PAGE.courtMode : VERIFY_PAGE.title)}
      tag={EVL_MODE === 'offline' ? t(VERIFY_PAGE.offlineTag) : undefined}
      onLanguage={onLanguage}
    >
      {EVL_MODE === 'served' && <a href={`/?lang=${lang}`}>{t(VERIFY_SERVICE.home)}</a>}
      <button type="button" onClick={() => onCourt(!isCourt)}>
        {t(isCourt ? VERIFY_PAGE.leaveCourtMode : VERIFY_PAGE.courtMode)}
      </button>
    </PageHeader>
  );
}
