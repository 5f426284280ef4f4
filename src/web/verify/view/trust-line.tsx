import type { Report } from '../../../protocol/verify/report.ts';
import type { Message } from '../../../text/message.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { isChainAnswered } from '../../../verifier/report-view.ts';
import { useText } from '../../shared/language.ts';

const SOURCES = {
  file: VERIFY_PAGE.trustOfFile,
  remembered: VERIFY_PAGE.trustRemembered,
  server: VERIFY_PAGE.trustOfServer,
};

interface TrustLineProps {
  readonly reports: readonly Report[];
  /** That this service is not the ledger of the trust file. */
  readonly otherLog: Message | undefined;
}

/** Whose word the result rests on, in one line that is always there. */
export function TrustLine({ reports, otherLog }: TrustLineProps) {
  const { t } = useText();
  const trust = reports.find((report) => report.trust !== null)?.trust ?? null;
  return (
    <>
      <p class="trust-line">
        <b>{t(VERIFY_PAGE.trust)}</b> {t(trust === null ? VERIFY_PAGE.trustNone : SOURCES[trust.source])}
        <span aria-hidden="true"> · </span>
        {t(chainNote(...reports))}
      </p>
      {otherLog !== undefined && <p class="note">{t(otherLog)}</p>}
    </>
  );
}

/** Who answered for the chain: the page asks it through the operator's service alone. */
export function chainNote(...reports: readonly Report[]): Message {
  if (reports.some(isChainAnswered)) return VERIFY_PAGE.chainRelayed;
  return reports.some(({ nodes }) => nodes.length > 0) ? VERIFY_PAGE.chainNoAnswer : VERIFY_PAGE.chainNotAsked;
}
