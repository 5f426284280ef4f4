import { printable } from '../../../kinds/printable.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import type { HeldEvidence } from '../held.ts';
import type { SessionState } from '../session-state.ts';
import { sizeText } from './grouped.ts';
import { useText } from '../../shared/language.ts';

const MAX_LISTED = 20;

interface MaterialsListProps {
  readonly state: SessionState;
  readonly onCancel: (key: number) => void;
}

/** What was given, and how far the hashing is. Of many files only those at work are listed. */
export function MaterialsList({ state: { evidence, receipts, trust }, onCancel }: MaterialsListProps) {
  const { t } = useText();
  if (evidence.length + receipts.length === 0 && trust === undefined) return null;
  const isLong = evidence.length + receipts.length > MAX_LISTED;
  const listed = isLong ? evidence.filter(isAtWork) : evidence;
  return (
    <ul class="materials" aria-label={t(VERIFY_PAGE.materials)}>
      {isLong && (
        <li>
          {t(VERIFY_PAGE.evidence)} {evidence.length} · {t(VERIFY_PAGE.receipt)} {receipts.length}
        </li>
      )}
      {listed.map((one) => (
        <EvidenceRow key={one.key} one={one} onCancel={onCancel} />
      ))}
      {!isLong &&
        receipts.map(({ key, name, content, isOfCertificate }) => (
          <li key={key}>
            <span class="kind">
              {t(
                isOfCertificate
                  ? VERIFY_PAGE.certificate
                  : content instanceof Error
                    ? VERIFY_PAGE.unreadableReceipt
                    : VERIFY_PAGE.receipt,
              )}
            </span>{' '}
            <b>{printable(name)}</b>
          </li>
        ))}
      {trust !== undefined && (
        <li>
          <span class="kind">{t(VERIFY_PAGE.trust)}</span> <b>{printable(trust.name)}</b>
        </li>
      )}
    </ul>
  );
}

function isAtWork({ startedAtMs, compared }: HeldEvidence): boolean {
  return startedAtMs !== undefined && compared === undefined;
}

function EvidenceRow({ one, onCancel }: { readonly one: HeldEvidence; readonly onCancel: (key: number) => void }) {
  const { t } = useText();
  const { key, name, sizeBytes, doneBytes, compared, problem } = one;
  const problems = {
    cancelled: VERIFY_PAGE.cancelled,
    'file-changed': VERIFY_PAGE.changed,
    'file-unreadable': VERIFY_PAGE.unreadable,
  };
  return (
    <li>
      <span class="kind">{t(VERIFY_PAGE.evidence)}</span> <b>{printable(name)}</b> <span>{sizeText(sizeBytes)}</span>{' '}
      {problem !== undefined && <span class="problem">{t(problems[problem])}</span>}
      {compared !== undefined && problem === undefined && <span>{t(VERIFY_PAGE.hashed)}</span>}
      {compared === undefined && (
        <>
          <progress max={Math.max(1, sizeBytes)} value={doneBytes} aria-label={printable(name)} />{' '}
          <span>{progressText(one, t)}</span>{' '}
          <button type="button" onClick={() => onCancel(key)}>
            {t(VERIFY_PAGE.cancel)}
          </button>
        </>
      )}
    </li>
  );
}

function progressText({ startedAtMs, sizeBytes, doneBytes }: HeldEvidence, t: ReturnType<typeof useText>['t']): string {
  if (startedAtMs === undefined) return t(VERIFY_PAGE.waiting);
  const percent = Math.floor((100 * doneBytes) / Math.max(1, sizeBytes));
  const values = { percent, done: sizeText(doneBytes), total: sizeText(sizeBytes) };
  const elapsedMs = performance.now() - startedAtMs;
  if (doneBytes === 0 || elapsedMs < 300) return t(VERIFY_PAGE.hashingBegun, values);
  const bytesPerMs = doneBytes / elapsedMs;
  const seconds = Math.ceil((sizeBytes - doneBytes) / bytesPerMs / 1000);
  const rate = sizeText(Math.round(bytesPerMs * 1000));
  if (seconds < 100) return t(VERIFY_PAGE.hashing, { ...values, rate, seconds });
  return t(VERIFY_PAGE.hashingLong, { ...values, rate, minutes: Math.round(seconds / 60) });
}
