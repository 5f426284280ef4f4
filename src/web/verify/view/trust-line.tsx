import type { Report } from '../../../protocol/verify/report.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { useText } from '../../shared/language.ts';

const SOURCES = {
  file: VERIFY_PAGE.trustOfFile,
  remembered: VERIFY_PAGE.trustRemembered,
  server: VERIFY_PAGE.trustOfServer,
};

/** Whose word the result rests on, in one line that is always there. */
export function TrustLine({ report: { trust, nodes } }: { readonly report: Report }) {
  const { t } = useText();
  return (
    <p class="trust-line">
      <b>{t(VERIFY_PAGE.trust)}</b> {t(trust === null ? VERIFY_PAGE.trustNone : SOURCES[trust.source])}
      <span aria-hidden="true"> · </span>
      {t(nodes.length > 0 ? VERIFY_PAGE.chainRelayed : VERIFY_PAGE.chainNotAsked)}
    </p>
  );
}
