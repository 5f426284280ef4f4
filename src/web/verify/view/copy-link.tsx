import { useState } from 'preact/hooks';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import { useText } from '../../shared/language.ts';

/**
 * Copies a link; where the browser has no clipboard (plain HTTP), the link is shown to be copied.
 */
export function CopyLink({ link }: { readonly link: string }) {
  const { t } = useText();
  const [state, setState] = useState<'idle' | 'copied' | 'shown'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setState('copied');
    } catch {
      setState('shown');
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {t(VERIFY_SERVICE.copyLink)}
      </button>{' '}
      <span aria-live="polite">
        {state === 'copied' && t(VERIFY_SERVICE.copied)}
        {state === 'shown' && <code>{link}</code>}
      </span>
    </>
  );
}
