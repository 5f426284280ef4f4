import { bilingual, type Message } from '../../../text/message.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
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
  const link = wanted?.link;
  const stated = link?.digest;
  const registered = results.map(({ report }) => sha256Of(report.object?.sections['digests']));
  const isForeign = link !== undefined && link.host !== location.host;
  return (
    <>
      {isForeign && (
        <p class="trouble" role="alert">
          {t(bilingual(VERIFY_SERVICE.otherHost, { host: link.host, here: location.host }))}
        </p>
      )}
      {stated !== undefined && registered.length > 0 && <DigestNote stated={stated} registered={registered[0]} />}
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

function DigestNote({ stated, registered }: { readonly stated: string; readonly registered: string | undefined }) {
  const { t } = useText();
  const values = { stated, registered: registered?.slice(0, stated.length) ?? '' };
  if (registered === undefined) return null;
  const isEqual = registered.startsWith(stated);
  const text: Message = isEqual ? VERIFY_SERVICE.linkDigestEqual : bilingual(VERIFY_SERVICE.linkDigestDiffers, values);
  return isEqual ? (
    <p class="note">{t(text)}</p>
  ) : (
    <p class="trouble bad" role="alert">
      {t(text)}
    </p>
  );
}

function sha256Of(digests: unknown): string | undefined {
  const sha256 = (digests as { readonly sha256?: unknown } | undefined)?.sha256;
  return typeof sha256 === 'string' ? sha256 : undefined;
}
