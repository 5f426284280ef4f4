import { useEffect, useRef, useState } from 'preact/hooks';
import type { Lang } from '../../text/message.ts';
import { VERIFY_PAGE } from '../../text/verify-page.ts';
import { droppedFiles } from './dropped-files.ts';
import { useKeptFocus } from './kept-focus.ts';
import { isCourtAsked, showInAddress } from './page-address.ts';
import { loadAllParts, PARTS } from './parts.ts';
import { readRecordLink } from './record-link.ts';
import { useChosenLanguage } from '../shared/chosen-language.ts';
import type { Result } from './result.ts';
import { Session } from './session.ts';
import { EMPTY, type SessionState } from './session-state.ts';
import { DropZone } from './view/drop-zone.tsx';
import { Language, useText } from '../shared/language.ts';
import { LookUpForm } from './view/look-up-form.tsx';
import { MaterialsList } from './view/materials-list.tsx';
import { PageVersion } from './view/page-version.tsx';
import { Troubles } from './view/troubles.tsx';
import { VerifyHeader } from './view/verify-header.tsx';

const SERVICE_URL = EVL_MODE === 'served' ? location.origin : undefined;

/** The whole page, in one language at a time. */
export function App() {
  const [lang, chooseLanguage] = useChosenLanguage();
  const [isCourt, setCourt] = useState(isCourtAsked);
  useEffect(() => {
    document.title = VERIFY_PAGE[isCourt ? 'courtMode' : 'title'][lang];
    const keepAddress = () => showInAddress(isCourt, lang);
    keepAddress();
    addEventListener('popstate', keepAddress);
    return () => removeEventListener('popstate', keepAddress);
  }, [lang, isCourt]);
  return (
    <Language value={lang}>
      <Page isCourt={isCourt} onCourt={setCourt} onLanguage={chooseLanguage} />
    </Language>
  );
}

interface PageProps {
  readonly isCourt: boolean;
  readonly onCourt: (isCourt: boolean) => void;
  readonly onLanguage: (lang: Lang) => void;
}

function Page({ isCourt, onCourt, onLanguage }: PageProps) {
  const { t } = useText();
  const { session, state } = useSession();
  const [isOver, setOver] = useState(false);
  const [opened, setOpened] = useState<Result | undefined>();
  const { evidence, receipts, results, verifiedAt, isBusy } = state;
  const single = opened ?? (results.length === 1 ? results[0] : undefined);
  useEffect(() => setOpened(undefined), [results]);
  useEffect(() => loadAllParts(), []);
  useLinkedRecord(session);
  usePaste(session);
  useEscape(isCourt, () => onCourt(false));
  useKeptFocus(isBusy || evidence.length + receipts.length + results.length > 0);
  const isDone = !isBusy && verifiedAt !== undefined && results.length > 0;
  const { Results, Verdict } = PARTS.results.loaded ?? {};
  useEffect(() => {
    const result = isDone ? document.getElementById('result') : null;
    if (result !== null && result.getBoundingClientRect().top > innerHeight / 2) result.scrollIntoView();
  }, [isDone]);
  return (
    <div
      class={`page${isCourt ? ' court' : ''}${!isDone ? '' : single !== undefined ? ' decided' : isCourt ? ' choosing' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) void session.take(droppedFiles(event.dataTransfer));
      }}
    >
      <a class="skip" href="#result" onClick={skipToResult}>
        {t(VERIFY_PAGE.skip)}
      </a>
      <VerifyHeader isCourt={isCourt} onCourt={onCourt} onLanguage={onLanguage} />
      <main>
        <div class="given">
          {EVL_MODE === 'offline' && <p class="note">{t(VERIFY_PAGE.offlineLimits)}</p>}
          <p class="intro">{t(VERIFY_PAGE.intro)}</p>
          <div class="card">
            {EVL_MODE === 'served' && (
              <LookUpForm
                wanted={state.wanted}
                onLookUp={(wanted) => void session.lookUp(wanted)}
                onPicture={(picture) => void session.lookUpQr(picture)}
              />
            )}
            <DropZone isOver={isOver} onFiles={(files) => void session.take({ files, unreadable: [] })} />
          </div>
          <MaterialsList
            state={state}
            onCancel={(key) => session.cancel(key)}
            onUseTrust={(key) => void session.useTrust(key)}
            onRemoveTrust={(key) => void session.removeTrust(key)}
          />
        </div>
        <p class="live" role="status" aria-live="polite">
          {isBusy && <span class="spinner" aria-hidden="true" />}
          {isBusy ? busyText(state, t) : state.notice !== undefined && t(state.notice)}
        </p>
        {EVL_MODE === 'served' && <Troubles state={state} onRetry={() => void session.retry()} />}
        <section id="result" tabIndex={-1} aria-label={t(VERIFY_PAGE.result)}>
          {isDone && opened !== undefined && (
            <button type="button" onClick={() => setOpened(undefined)}>
              {t(VERIFY_PAGE.back)}
            </button>
          )}
          <div class="verdict" aria-live="assertive" aria-atomic="true">
            {isDone && Verdict !== undefined && (
              // with a key, the same verdict of another verification is announced, too
              <Verdict key={verifiedAt.getTime()} results={results} isCourt={isCourt} single={single} />
            )}
          </div>
          {isDone && Results !== undefined && (
            <Results
              state={state}
              verifiedAt={verifiedAt}
              isCourt={isCourt}
              single={single}
              onOpen={setOpened}
              onLeaveCourt={() => onCourt(false)}
              onRetry={() => void session.retry()}
              onEvidence={(file) => void session.takeAsEvidence(file)}
              onAnother={() => session.clear()}
            />
          )}
        </section>
      </main>
      <footer>
        <PageVersion />
      </footer>
    </div>
  );
}

/** The address goes on naming the record that is looked up. */
function skipToResult(event: Event): void {
  event.preventDefault();
  document.getElementById('result')?.focus();
}

/** What the page is at; of many judgements, how many are done. */
function busyText({ progress }: SessionState, t: ReturnType<typeof useText>['t']): string {
  const counts = progress !== undefined && progress.total > 1 ? ` ${progress.done} / ${progress.total}` : '';
  return t(VERIFY_PAGE.judging) + counts;
}

/** Looks up what the address of the page asks for, also where only its fragment changes. */
function useLinkedRecord(session: Session): void {
  useEffect(() => {
    if (EVL_MODE === 'offline') return undefined;
    const follow = () => {
      const linked = readRecordLink(location.href);
      if (linked !== undefined) void session.lookUp(linked);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [session]);
}

/** Takes pasted files and pictures, and a receipt that was pasted as text, as if dropped. */
function usePaste(session: Session): void {
  useEffect(() => {
    const take = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain').trim() ?? '';
      if (files.length === 0 && text.startsWith('{')) {
        files.push(new File([text], 'pasted.receipt.json', { type: 'application/json' }));
      }
      if (files.length === 0) return;
      event.preventDefault();
      void session.take({ files, unreadable: [] });
    };
    addEventListener('paste', take);
    return () => removeEventListener('paste', take);
  }, [session]);
}

function useEscape(isActive: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!isActive) return undefined;
    const leave = ({ key }: KeyboardEvent) => key === 'Escape' && onEscape();
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, [isActive, onEscape]);
}

function useSession(): { readonly session: Session; readonly state: SessionState } {
  const [state, setState] = useState<SessionState>(EMPTY);
  const session = useRef<Session | undefined>(undefined);
  session.current ??= new Session(SERVICE_URL, setState);
  return { session: session.current, state };
}
