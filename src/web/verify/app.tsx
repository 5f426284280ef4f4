import { useEffect, useRef, useState } from 'preact/hooks';
import type { Lang } from '../../text/message.ts';
import { VERIFY_PAGE } from '../../text/verify-page.ts';
import { droppedFiles } from './dropped-files.ts';
import type { Result } from './result.ts';
import { loadAllParts, PARTS } from './parts.ts';
import { linkedRecord } from './record-link.ts';
import { Session } from './session.ts';
import type { SessionState } from './session-state.ts';
import { DropZone } from './view/drop-zone.tsx';
import { Language, useText } from './view/language.ts';
import { LookUpForm } from './view/look-up-form.tsx';
import { MaterialsList } from './view/materials-list.tsx';
import { PageVersion } from './view/page-version.tsx';

const SERVICE = EVL_MODE === 'served' ? { url: location.origin } : undefined;

/** The whole page, in one language at a time. */
export function App() {
  const [lang, setLang] = useState<Lang>(() => (navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'));
  const [isCourt, setCourt] = useState(() => location.hash === '#court');
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    document.title = VERIFY_PAGE[isCourt ? 'courtMode' : 'title'][lang];
  }, [lang, isCourt]);
  return (
    <Language value={lang}>
      <Page
        isCourt={isCourt}
        onCourt={() => setCourt(!isCourt)}
        onLanguage={() => setLang(lang === 'zh' ? 'en' : 'zh')}
      />
    </Language>
  );
}

interface PageProps {
  readonly isCourt: boolean;
  readonly onCourt: () => void;
  readonly onLanguage: () => void;
}

function Page({ isCourt, onCourt, onLanguage }: PageProps) {
  const { lang, t } = useText();
  const { session, state } = useSession();
  const [isOver, setOver] = useState(false);
  const [opened, setOpened] = useState<Result | undefined>();
  const { results, verifiedAt, isBusy } = state;
  const single = opened ?? (results.length === 1 ? results[0] : undefined);
  useEffect(() => setOpened(undefined), [results]);
  useEffect(() => {
    const linked = EVL_MODE === 'served' ? linkedRecord(location.hash) : undefined;
    if (linked !== undefined) void session.lookUp(linked);
  }, [session]);
  useEffect(() => loadAllParts(), []);
  const isDone = !isBusy && verifiedAt !== undefined && results.length > 0;
  const { Results } = PARTS.results.loaded ?? {};
  return (
    <div
      class={`page${isCourt ? ' court' : ''}${isDone && single !== undefined ? ' decided' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) void droppedFiles(event.dataTransfer).then((dropped) => session.take(dropped));
      }}
    >
      <a class="skip" href="#result">
        {t(VERIFY_PAGE.skip)}
      </a>
      <header>
        <h1>{t(isCourt ? VERIFY_PAGE.courtMode : VERIFY_PAGE.title)}</h1>
        {EVL_MODE === 'offline' && <span class="tag">{t(VERIFY_PAGE.offlineTag)}</span>}
        <nav>
          {EVL_MODE === 'served' && <a href="/">{t(VERIFY_PAGE.home)}</a>}
          <button type="button" onClick={onCourt}>
            {t(isCourt ? VERIFY_PAGE.leaveCourtMode : VERIFY_PAGE.courtMode)}
          </button>
          <button type="button" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={onLanguage}>
            {t(VERIFY_PAGE.otherLanguage)}
          </button>
        </nav>
      </header>
      <main>
        <div class="given">
          {EVL_MODE === 'offline' && <p class="note">{t(VERIFY_PAGE.offlineLimits)}</p>}
          {EVL_MODE === 'served' && <LookUpForm onLookUp={(typed) => void session.lookUp(typed)} />}
          <DropZone isOver={isOver} onFiles={(files) => void session.take({ files, unreadable: [] })} />
          <MaterialsList state={state} onCancel={(key) => session.cancel(key)} />
        </div>
        <p class="live" role="status" aria-live="polite">
          {isBusy ? t(VERIFY_PAGE.judging) : state.isNothing ? t(VERIFY_PAGE.nothingGiven) : ''}
        </p>
        <div id="result" tabIndex={-1} aria-live="assertive">
          {state.isPartMissing && <PartMissingNote />}
          {isDone && Results !== undefined && (
            <Results
              state={state}
              verifiedAt={verifiedAt}
              single={single}
              onOpen={setOpened}
              onAnother={() => session.clear()}
            />
          )}
        </div>
      </main>
      <footer>
        <PageVersion />
      </footer>
    </div>
  );
}

/** A part of the page's program is not to be had: what is shown needs the page again. */
function PartMissingNote() {
  const { t } = useText();
  return (
    <p class="note" role="alert">
      {t(VERIFY_PAGE.partMissing)}{' '}
      <button type="button" onClick={() => location.reload()}>
        {t(VERIFY_PAGE.reload)}
      </button>
    </p>
  );
}

function useSession(): { readonly session: Session; readonly state: SessionState } {
  const [state, setState] = useState<SessionState>(Session.empty);
  const session = useRef<Session | undefined>(undefined);
  session.current ??= new Session(SERVICE, setState);
  return { session: session.current, state };
}
