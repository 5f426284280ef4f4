import type { ComponentChildren } from 'preact';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { useText } from '../../shared/language.ts';

const BLANKS = [
  VERIFY_PAGE.judge,
  VERIFY_PAGE.clerk,
  VERIFY_PAGE.operatorOfPage,
  VERIFY_PAGE.parties,
  VERIFY_PAGE.attesting,
];

/** On paper: where those present sign. */
export function Signatures({ children }: { readonly children?: ComponentChildren }) {
  const { t } = useText();
  return (
    <div class="signatures">
      {BLANKS.map((label, i) => (
        <p key={i} class="blank">
          {t(label)}
        </p>
      ))}
      {children}
    </div>
  );
}
