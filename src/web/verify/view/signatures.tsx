import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { useText } from '../../shared/language.ts';
import { PageVersion } from './page-version.tsx';

const BLANKS = [
  VERIFY_PAGE.judge,
  VERIFY_PAGE.clerk,
  VERIFY_PAGE.operatorOfPage,
  VERIFY_PAGE.parties,
  VERIFY_PAGE.attesting,
];

/** On paper: where those present sign, and the program that verified. */
export function Signatures() {
  const { t } = useText();
  return (
    <div class="signatures">
      {BLANKS.map((label, i) => (
        <p key={i} class="blank">
          {t(label)}
        </p>
      ))}
      <PageVersion />
    </div>
  );
}
