import { RECORDS_PATH } from '../../../kinds/paths.ts';
import type { Report } from '../../../protocol/verify/report.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import { useText } from '../../shared/language.ts';

/**
 * Leads to the certificate of a record whose anchor is final, as the service makes it. What keeps
 * the service from it is a page of its own, next to this one.
 */
export function CertificateLink({ report: { verdict, object } }: { readonly report: Report }) {
  const { t } = useText();
  if (verdict !== 'VERIFIED' || object === null) return null;
  return (
    <a
      class="button"
      href={`${RECORDS_PATH}/${encodeURIComponent(object.id)}/certificate`}
      target="_blank"
      rel="noopener"
    >
      {t(VERIFY_SERVICE.certificate)}
    </a>
  );
}
