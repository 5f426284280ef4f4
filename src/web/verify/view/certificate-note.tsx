import { printable } from '../../../kinds/printable.ts';
import { bilingual } from '../../../text/message.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import type { Result } from '../result.ts';
import type { SessionState } from '../session-state.ts';
import { useText } from '../../shared/language.ts';

interface CertificateNoteProps {
  readonly state: SessionState;
  readonly result: Result | undefined;
  /** Verifies the PDF itself. */
  readonly onEvidence: (pdf: File) => void;
}

/** A certificate that was given alone may be what was registered: it can be verified as that. */
export function CertificateNote({ state: { receipts }, result, onEvidence }: CertificateNoteProps) {
  const { t } = useText();
  const name = result?.given === 'receipt' ? result.name : undefined;
  const pdf = receipts.find((receipt) => receipt.name === name)?.certificate;
  if (name === undefined || pdf === undefined) return null;
  return (
    <p class="note">
      {t(bilingual(VERIFY_SERVICE.takenAsCertificate, { name: printable(name) }))}{' '}
      <button type="button" class="link" onClick={() => onEvidence(pdf)}>
        {t(VERIFY_SERVICE.pdfAsEvidence)}
      </button>
    </p>
  );
}
