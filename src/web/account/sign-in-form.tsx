import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { useText } from '../shared/language.ts';
import type { SignInWays } from './answers.ts';
import { useAttempts } from './attempt.ts';
import { Field, Form } from './fields.tsx';
import { Refused } from './refused.tsx';

/** Signing in, by the ways that the service offers. */
export function SignInForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { t } = useText();
  const asking = useAttempts();
  const [ways, setWays] = useState<SignInWays | undefined>();
  useEffect(() => {
    void asking.attempt(async (call) => setWays(await call<SignInWays>('GET', '/v1/sign-in-ways')));
  }, []);
  return (
    <section class="card narrow">
      <Refused refusal={asking.refusal} />
      {ways?.hasAccounts === false && <p>{t(ACCOUNT_PAGES.noAccounts)}</p>}
      {ways?.password === true && <PasswordForm onSignedIn={onSignedIn} />}
      {ways?.hasAccounts === true && <p class="mute">{t(ACCOUNT_PAGES.signInNote)}</p>}
    </section>
  );
}

interface PasswordFormProps {
  readonly onSignedIn: () => void;
  /** The person who confirms that it is still the same; undefined: anybody. */
  readonly signInName?: string;
}

/** Name and password; of a known name the password alone. */
export function PasswordForm({ onSignedIn, signInName }: PasswordFormProps) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [name, setName] = useState(signInName ?? '');
  const [password, setPassword] = useState('');
  const signIn = () =>
    void attempt(async (call) => {
      await call('POST', '/v1/session', { name, password });
      onSignedIn();
    });
  return (
    <Form
      label={t(signInName === undefined ? ACCOUNT_PAGES.signIn : ACCOUNT_PAGES.confirm)}
      isBusy={isBusy}
      onSubmit={signIn}
    >
      {signInName === undefined && (
        <Field label={t(ACCOUNT_PAGES.signInName)} autocomplete="username" value={name} onValue={setName} />
      )}
      <Field
        label={t(ACCOUNT_PAGES.password)}
        type="password"
        autocomplete="current-password"
        maxLength={512}
        value={password}
        onValue={setPassword}
      />
      <Refused refusal={refusal} />
    </Form>
  );
}
