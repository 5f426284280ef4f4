import { recordLink } from '../../../kinds/record-link.ts';
import type { Report } from '../../../protocol/verify/report.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import { drawQr } from '../draw-qr.ts';
import { useText } from '../../shared/language.ts';

/**
 * The QR code that leads to the record on this service; none where there is no record or service.
 */
export function RecordQr({ report: { object } }: { readonly report: Report }) {
  const { t } = useText();
  if (object === null) return null;
  const digests = object.sections['digests'] as { readonly sha256?: unknown } | undefined;
  const sha256 = typeof digests?.sha256 === 'string' ? digests.sha256 : undefined;
  const { path, modules } = drawQr(recordLink(`${location.origin}/verify`, object.number, sha256));
  return (
    <figure class="qr">
      <svg
        viewBox={`0 0 ${modules} ${modules}`}
        role="img"
        aria-label={t(VERIFY_SERVICE.qr)}
        shape-rendering="crispEdges"
      >
        <path d={path} />
      </svg>
      <figcaption>{t(VERIFY_SERVICE.qr)}</figcaption>
    </figure>
  );
}
