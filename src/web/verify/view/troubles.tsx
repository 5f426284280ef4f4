import { bilingual, type Message } from '../../../text/message.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import type { SessionState } from '../session-state.ts';
import type { ServiceFault } from '../watch-service.ts';
import { useText } from '../../shared/language.ts';

/** What keeps the page or its service from working, and what to do: one sentence and a button. */
export function Troubles({ state, onRetry }: { readonly state: SessionState; readonly onRetry: () => void }) {
  const { t } = useText();
  const { isPartMissing, fault, isBusy } = state;
  if (isPartMissing) {
    return (
      <div class="trouble" role="alert">
        <p>{t(VERIFY_SERVICE.partMissing)}</p>
        <button type="button" onClick={() => location.reload()}>
          {t(VERIFY_SERVICE.reload)}
        </button>
      </div>
    );
  }
  if (fault === undefined || isBusy) return null;
  return (
    <div class="trouble" role="alert">
      <p>{t(sentenceOf(fault))}</p>
      <button type="button" onClick={onRetry}>
        {t(VERIFY_SERVICE.retry)}
      </button>
    </div>
  );
}

function sentenceOf(fault: ServiceFault): Message {
  if (fault.kind === 'gone') return VERIFY_SERVICE.serviceGone;
  const { status, requestId = '–' } = fault;
  if (status === 429) return bilingual(VERIFY_SERVICE.serviceBusy, { requestId });
  return bilingual(VERIFY_SERVICE.serviceFails, { status, requestId });
}
