import { ACCOUNT_ADVICE } from '../../text/account-advice.ts';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import type { Message } from '../../text/message.ts';
import { useText } from '../shared/language.ts';
import type { Refusal } from './calls.ts';

const ADVICE: Readonly<Record<string, Message>> = ACCOUNT_ADVICE;

/** A refusal: what it is, what to do, and the number of the request. Empty where there is none. */
export function Refused({ refusal }: { readonly refusal: Refusal | undefined }) {
  return <div role="alert">{refusal !== undefined && <Sentence refusal={refusal} />}</div>;
}

function Sentence({ refusal: { code, detail, lang: detailLang, requestId } }: { readonly refusal: Refusal }) {
  const { lang, t } = useText();
  const advice = ADVICE[code];
  const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  return (
    <p class="trouble bad">
      {code === 'unreachable' && t(ACCOUNT_PAGES.unreachable)}
      {code === 'unreadable' && t(ACCOUNT_PAGES.unreadable)}
      {detail !== '' && (
        <>
          {detailLang === lang && `${sentence(detail)}${lang === 'zh' ? '。' : '. '}`}
          {advice === undefined ? (
            <a href={`/problems/${encodeURIComponent(code)}`}>{t(ACCOUNT_PAGES.whatToDo)}</a>
          ) : (
            t(advice)
          )}
        </>
      )}
      {requestId !== undefined && <small class="request"> {t(ACCOUNT_PAGES.requestId, { id: requestId })}</small>}
    </p>
  );
}
