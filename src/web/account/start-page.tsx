import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { ORGANISATION_KIND_NAMES } from '../../text/people.ts';
import { useText } from '../shared/language.ts';
import type { LinkView } from './answers.ts';
import { useAttempts } from './attempt.ts';
import { Choice, Field, Form } from './fields.tsx';
import { NewPasswordFields, useNewPassword } from './new-password.tsx';
import { Refused } from './refused.tsx';

/** Organisations that have administrators. */
const KINDS = ['procuratorate', 'police', 'supervision', 'court', 'notary', 'administration'] as const;

/** `/start#TOKEN`: the first account, or the password of a person, by a one-time link. */
export function StartPage({ token }: { readonly token: string }) {
  const { t } = useText();
  const { refusal, attempt } = useAttempts();
  const [link, setLink] = useState<LinkView | undefined>();
  useEffect(() => {
    setLink(undefined);
    if (token !== '') {
      void attempt(async (call) => setLink(await call<LinkView>('POST', '/v1/one-time-link/look', { token })));
    }
  }, [token]);
  return (
    <section class="card narrow">
      {token === '' && <p>{t(ACCOUNT_PAGES.startWithoutLink)}</p>}
      <Refused refusal={refusal} />
      {link?.purpose === 'first-account' && <FirstAccount token={token} />}
      {link?.purpose === 'password' && <SetPassword token={token} name={link.signInName ?? ''} />}
    </section>
  );
}

function FirstAccount({ token }: { readonly token: string }) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [kind, setKind] = useState<string>(KINDS[0]);
  const [organisation, setOrganisation] = useState('');
  const [name, setName] = useState('');
  const [signInName, setSignInName] = useState('');
  const given = useNewPassword();
  const create = () => {
    if (!given.check()) return;
    const firstAccount = { organisation: { kind, name: organisation }, signInName, name };
    void attempt(async (call) => {
      await call('POST', '/v1/one-time-link/use', { token, password: given.password, firstAccount });
      goToAccount();
    });
  };
  return (
    <>
      <p>{t(ACCOUNT_PAGES.firstAccountIntro)}</p>
      <p class="trouble">{t(ACCOUNT_PAGES.firstAccountWarning)}</p>
      <Form label={t(ACCOUNT_PAGES.createAccount)} isBusy={isBusy} onSubmit={create}>
        <Choice
          label={t(ACCOUNT_PAGES.organisationKind)}
          value={kind}
          onValue={setKind}
          choices={KINDS.map((each) => [each, t(ORGANISATION_KIND_NAMES[each])] as const)}
        />
        <Field
          label={t(ACCOUNT_PAGES.organisationName)}
          autocomplete="organization"
          value={organisation}
          onValue={setOrganisation}
        />
        <Field label={t(ACCOUNT_PAGES.fullName)} autocomplete="name" value={name} onValue={setName} />
        <Field label={t(ACCOUNT_PAGES.signInName)} autocomplete="username" value={signInName} onValue={setSignInName} />
        <NewPasswordFields given={given} />
        <Refused refusal={refusal} />
      </Form>
    </>
  );
}

function SetPassword({ token, name }: { readonly token: string; readonly name: string }) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const given = useNewPassword();
  const set = () => {
    if (!given.check()) return;
    void attempt(async (call) => {
      await call('POST', '/v1/one-time-link/use', { token, password: given.password });
      goToAccount();
    });
  };
  return (
    <>
      <p>{t(ACCOUNT_PAGES.passwordIntro, { name })}</p>
      <Form label={t(ACCOUNT_PAGES.setPassword)} isBusy={isBusy} onSubmit={set}>
        <input type="text" hidden autocomplete="username" value={name} readOnly />
        <NewPasswordFields given={given} />
        <Refused refusal={refusal} />
      </Form>
    </>
  );
}

/** The used link does not stay in the history. */
function goToAccount(): void {
  location.replace('/account');
}
