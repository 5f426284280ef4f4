import { useEffect, useRef, useState } from 'preact/hooks';
import { recordLink } from '../../kinds/record-link.ts';
import type { Lang } from '../../text/message.ts';
import { VERIFY_PAGE } from '../../text/verify-page.ts';
import { MODE } from './build.ts';
import { droppedFiles } from './dropped-files.ts';
import type { Result } from './judging.ts';
import { linkedRecord } from './record-link.ts';
import { saveFile } from './save-file.ts';
import { Session, type SessionState } from './session.ts';
import { CopyLink } from './view/copy-link.tsx';
import { DropZone } from './view/drop-zone.tsx';
import { Language, useText } from './view/language.ts';
import { LookUpForm } from './view/look-up-form.tsx';
import { MaterialsList } from './view/materials-list.tsx';
import { Minutes } from './view/minutes.tsx';
import { PageVersion } from './view/page-version.tsx';
import { ResultsTable } from './view/results-table.tsx';
import { SingleResult } from './view/single-result.tsx';

const SERVICE = MODE === 'served' ? { url: location.origin } : undefined;

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
    const linked = MODE === 'served' ? linkedRecord(location.hash) : undefined;
    if (linked !== undefined) void session.lookUp(linked);
  }, [session]);
  const shown = single && verifiedAt && { result: single, verifiedAt };
  return (
    <div
      class={`page${isCourt ? ' court' : ''}${shown !== undefined ? ' decided' : ''}`}
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
        {MODE === 'offline' && <span class="tag">{t(VERIFY_PAGE.offlineTag)}</span>}
        <nav>
          {MODE === 'served' && <a href="/">{t(VERIFY_PAGE.home)}</a>}
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
          {MODE === 'offline' && <p class="note">{t(VERIFY_PAGE.offlineLimits)}</p>}
          {MODE === 'served' && <LookUpForm onLookUp={(typed) => void session.lookUp(typed)} />}
          <DropZone isOver={isOver} onFiles={(files) => void session.take({ files, unreadable: [] })} />
          <MaterialsList state={state} onCancel={(key) => session.cancel(key)} />
        </div>
        <p class="live" role="status" aria-live="polite">
          {isBusy ? t(VERIFY_PAGE.judging) : state.isNothing ? t(VERIFY_PAGE.nothingGiven) : ''}
        </p>
        <div id="result" tabIndex={-1} aria-live="assertive">
          {opened !== undefined && (
            <button type="button" onClick={() => setOpened(undefined)}>
              {t(VERIFY_PAGE.back)}
            </button>
          )}
          {!isBusy && shown && <SingleResult {...shown} />}
          {!isBusy && shown && <Needs state={state} />}
          {!isBusy && !shown && results.length > 1 && <ResultsTable results={results} onOpen={setOpened} />}
          {!isBusy && shown && (
            <p class="actions">
              <button type="button" class="primary" onClick={() => print()}>
                {t(VERIFY_PAGE.print)}
              </button>{' '}
              <button type="button" onClick={() => saveReport(shown.result, shown.verifiedAt)}>
                {t(VERIFY_PAGE.saveReport)}
              </button>{' '}
              {MODE === 'served' && shown.result.report.object !== null && (
                <CopyLink
                  link={recordLink(`${location.origin}/verify`, shown.result.report.object.number, shown.result.sha256)}
                />
              )}{' '}
              <button type="button" onClick={() => session.clear()}>
                {t(VERIFY_PAGE.another)}
              </button>
            </p>
          )}
        </div>
      </main>
      <footer>
        <PageVersion />
      </footer>
      {!isBusy && shown && <Minutes {...shown} />}
    </div>
  );
}

/** What would make the answer better. */
function Needs({ state: { evidence, receipts, trust } }: { readonly state: SessionState }) {
  const { t } = useText();
  const needs = [
    ...(evidence.length === 0 && receipts.length > 0 ? [VERIFY_PAGE.needFile] : []),
    ...(receipts.length === 0 && evidence.length > 0
      ? [MODE === 'offline' ? VERIFY_PAGE.needReceiptOffline : VERIFY_PAGE.needReceipt]
      : []),
    ...(trust === undefined && MODE === 'offline' ? [VERIFY_PAGE.needTrust] : []),
  ];
  return (
    <>
      {needs.map((need, i) => (
        <p key={i} class="note">
          {t(need)}
        </p>
      ))}
    </>
  );
}

function useSession(): { readonly session: Session; readonly state: SessionState } {
  const [state, setState] = useState<SessionState>(Session.empty);
  const session = useRef<Session | undefined>(undefined);
  session.current ??= new Session(SERVICE, setState);
  return { session: session.current, state };
}

function saveReport({ name, report }: Result, verifiedAt: Date): void {
  const document = { ...report, subject: { file: name }, verifiedAt: verifiedAt.toISOString() };
  saveFile(`${name.split('/').at(-1)}.report.json`, 'application/json', `${JSON.stringify(document, null, 2)}\n`);
}
