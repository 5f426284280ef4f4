import { printable } from '../../../kinds/printable.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import type { HeldEvidence, HeldTrust } from '../held.ts';
import type { SessionState } from '../session-state.ts';
import { sizeText } from './grouped.ts';
import { useText } from '../../shared/language.ts';

const MAX_LISTED = 20;

interface MaterialsListProps {
  readonly state: SessionState;
  readonly onCancel: (key: number) => void;
  readonly onUseTrust: (key: number) => void;
  readonly onRemoveTrust: (key: number) => void;
}

/** What was given, and how far the hashing is. Of many files only those at work are listed. */
export function MaterialsList({ state, onCancel, onUseTrust, onRemoveTrust }: MaterialsListProps) {
  const { evidence, receipts, trusts } = state;
  const { t } = useText();
  if (evidence.length + receipts.length + trusts.length === 0) return null;
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
      {trusts.map((trust) => (
        <TrustRow key={trust.key} trust={trust} onUse={onUseTrust} onRemove={onRemoveTrust} />
      ))}
    </ul>
  );
}

interface TrustRowProps {
  readonly trust: HeldTrust;
  readonly onUse: (key: number) => void;
  readonly onRemove: (key: number) => void;
}

/** A trust file: whose it is, and whether results rest on it. */
function TrustRow({ trust: { key, name, content, fingerprint, isUsed }, onUse, onRemove }: TrustRowProps) {
  const { t } = useText();
  return (
    <li class={isUsed ? undefined : 'unused'}>
      <span class="kind">{t(VERIFY_PAGE.trust)}</span> <b>{printable(name)}</b>{' '}
      {content instanceof Error ? (
        <span class="problem">{t(VERIFY_PAGE.trustUnreadable)}</span>
      ) : (
        <span>
          {printable(content.log.origin)} · <code>sha256:{fingerprint}</code>
        </span>
      )}{' '}
      {!isUsed && (
        <>
          <span class="problem">{t(VERIFY_PAGE.trustNotUsed)}</span>{' '}
          <button type="button" onClick={() => onUse(key)}>
            {t(VERIFY_PAGE.trustUse)}
          </button>{' '}
        </>
      )}
      <button type="button" onClick={() => onRemove(key)}>
        {t(VERIFY_PAGE.trustRemove)}
      </button>
    </li>
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
