import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import { thisProgram } from '../../shared/build.ts';
import { grouped } from './grouped.ts';
import { useText } from '../../shared/language.ts';

/** Version and digest of the program of this page. */
export function PageVersion() {
  const { lang, t } = useText();
  const { version, sha256 } = thisProgram();
  return (
    <p class="version">
      {t(VERIFY_PAGE.version, { version, sha256: grouped(sha256) })}{' '}
      {EVL_MODE === 'served' && <a href={`/handbook/court?lang=${lang}`}>{t(VERIFY_SERVICE.handbook)}</a>}
    </p>
  );
}
