import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import type { Lang, Message } from '../../text/message.ts';
import { PAGE_FRAME } from '../../text/page-frame.ts';
import { thisProgram } from '../shared/build.ts';
import { useChosenLanguage } from '../shared/chosen-language.ts';
import { Language, useText } from '../shared/language.ts';
import { PageHeader } from '../shared/page-header.tsx';
import { AccountPage } from './account-page.tsx';
import { ApprovePage } from './approve-page.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { StartPage } from './start-page.tsx';

const TITLES: Readonly<Record<string, Message>> = {
  '/start': ACCOUNT_PAGES.startTitle,
  '/sign-in': ACCOUNT_PAGES.signInTitle,
  '/account': ACCOUNT_PAGES.accountTitle,
  '/approve': ACCOUNT_PAGES.approveTitle,
};

/** The pages of accounts: which one, the path of the address decides. */
export function App() {
  const [lang, chooseLanguage] = useChosenLanguage();
  const title = TITLES[location.pathname] ?? ACCOUNT_PAGES.signInTitle;
  useEffect(() => {
    document.title = title[lang];
  }, [lang]);
  return (
    <Language value={lang}>
      <Page title={title} onLanguage={chooseLanguage} />
    </Language>
  );
}

interface PageProps {
  readonly title: Message;
  readonly onLanguage: (lang: Lang) => void;
}

function Page({ title, onLanguage }: PageProps) {
  const { lang, t } = useText();
  const fragment = useFragment();
  const path = location.pathname;
  return (
    <div class="page">
      <a class="skip" href="#content" onClick={focusContent}>
        {t(ACCOUNT_PAGES.skip)}
      </a>
      <PageHeader title={t(title)} onLanguage={onLanguage}>
        <a href={`/?lang=${lang}`}>{t(ACCOUNT_PAGES.home)}</a>
        {path !== '/account' && path !== '/start' && <a href="/account">{t(ACCOUNT_PAGES.account)}</a>}
      </PageHeader>
      <main id="content" tabIndex={-1}>
        {path === '/start' && <StartPage token={fragment} />}
        {path === '/account' && <AccountPage />}
        {path === '/approve' && <ApprovePage code={fragment} />}
        {path === '/sign-in' && <SignInForm onSignedIn={() => location.assign('/account')} />}
      </main>
      <footer>
        <p class="version">{t(PAGE_FRAME.version, { version: thisProgram().version })}</p>
      </footer>
    </div>
  );
}

/** The fragment of the address holds a token or a code, and is not to be replaced. */
function focusContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

/** What follows the `#` of the address, also where only that changes. */
function useFragment(): string {
  const [fragment, setFragment] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const follow = () => setFragment(location.hash.slice(1));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return fragment;
}
