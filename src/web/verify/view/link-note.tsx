import { bilingual, type Message } from '../../../text/message.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import type { Report } from '../../../protocol/verify/report.ts';
import type { Wanted } from '../record-link.ts';
import type { SessionState } from '../session-state.ts';
import { useText } from '../../shared/language.ts';

interface LinkNoteProps {
  readonly state: SessionState;
  /** Verifies the picture itself. */
  readonly onEvidence: (picture: File) => void;
}

/** What a link or QR code stated next to the number, compared with what was found. */
export function LinkNote({ state: { wanted, picture, results }, onEvidence }: LinkNoteProps) {
  const { t } = useText();
  return (
    <>
      {linkFindings(wanted, results[0]?.report).map(({ text, tone }, i) => (
        <p key={i} class={tone} role={tone === 'note' ? undefined : 'alert'}>
          {t(text)}
        </p>
      ))}
      {picture !== undefined && (
        <p class="note">
          {t(bilingual(VERIFY_SERVICE.readFromPicture, { name: picture.name }))}{' '}
          <button type="button" class="link" onClick={() => onEvidence(picture)}>
            {t(VERIFY_SERVICE.pictureAsEvidence)}
          </button>
        </p>
      )}
    </>
  );
}

interface LinkFinding {
  readonly text: Message;
  readonly tone: 'note' | 'trouble' | 'trouble bad';
}

/** Where the link led to, and whether the digits of its digest are those of the record. */
export function linkFindings(wanted: Wanted | undefined, report: Report | undefined): LinkFinding[] {
  const { link } = wanted ?? {};
  if (link === undefined) return [];
  const findings: LinkFinding[] = [];
  if (link.host !== undefined && link.host !== location.host) {
    const values = { host: link.host, here: location.host };
    findings.push({ text: bilingual(VERIFY_SERVICE.otherHost, values), tone: 'trouble' });
  }
  const stated = link.digest;
  const registered = sha256Of(report?.object?.sections['digests']);
  if (stated === undefined || registered === undefined) return findings;
  if (registered.startsWith(stated)) return [...findings, { text: VERIFY_SERVICE.linkDigestEqual, tone: 'note' }];
  const values = { stated, registered: registered.slice(0, stated.length) };
  return [...findings, { text: bilingual(VERIFY_SERVICE.linkDigestDiffers, values), tone: 'trouble bad' }];
}

function sha256Of(digests: unknown): string | undefined {
  const sha256 = (digests as { readonly sha256?: unknown } | undefined)?.sha256;
  return typeof sha256 === 'string' ? sha256 : undefined;
}
