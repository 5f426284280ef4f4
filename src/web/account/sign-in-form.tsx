import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { useText } from '../shared/language.ts';
import type { AccountView, SignInWays } from './answers.ts';
import { useAttempts } from './attempt.ts';
import { Field, Form, PasswordField } from './fields.tsx';
import { signInByPasskey } from './passkey.ts';
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
      {ways?.passkey === true && <PasskeyButton label={t(ACCOUNT_PAGES.usePasskey)} onSignedIn={onSignedIn} />}
      {ways?.oidc.map(({ id, name }) => (
        <p key={id}>
          <a class="button" href={`/sign-in/with/${encodeURIComponent(id)}`}>
            {t(ACCOUNT_PAGES.signInWith, { name })}
          </a>
        </p>
      ))}
      {ways?.hasAccounts === true && <p class="mute">{t(ACCOUNT_PAGES.signInNote)}</p>}
    </section>
  );
}

interface PasskeyButtonProps {
  readonly label: string;
  readonly onSignedIn: (person: string) => void;
}

function PasskeyButton({ label, onSignedIn }: PasskeyButtonProps) {
  const { isBusy, refusal, attempt } = useAttempts();
  const signIn = () =>
    void attempt(async (call) => {
      onSignedIn(await signInByPasskey(call));
    });
  return (
    <>
      <p>
        <button type="button" disabled={isBusy} onClick={signIn}>
          {label}
        </button>
      </p>
      <Refused refusal={refusal} />
    </>
  );
}

/** The signed-in person shows once more who it is. */
export function SignInAgain({
  account,
  onSignedIn,
}: {
  readonly account: AccountView;
  readonly onSignedIn: () => void;
}) {
  const { t } = useText();
  // on a shared machine another person may answer
  const go = (person: string) => (person === account.id ? onSignedIn() : location.reload());
  return (
    <>
      <p class="trouble">{t(ACCOUNT_PAGES.signInAgain)}</p>
      {account.hasPassword && <PasswordForm signInName={account.signInName ?? ''} onSignedIn={go} />}
      {account.passkeys.length > 0 && <PasskeyButton label={t(ACCOUNT_PAGES.confirmByPasskey)} onSignedIn={go} />}
      {!account.hasPassword && account.passkeys.length === 0 && (
        <p>
          <a class="button" href="/sign-in">
            {t(ACCOUNT_PAGES.signIn)}
          </a>
        </p>
      )}
    </>
  );
}

interface PasswordFormProps {
  readonly onSignedIn: (person: string) => void;
  /** The person who confirms that it is still the same; undefined: anybody. */
  readonly signInName?: string;
}

/** Name and password; of a known name the password alone. */
function PasswordForm({ onSignedIn, signInName }: PasswordFormProps) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [name, setName] = useState(signInName ?? '');
  const [password, setPassword] = useState('');
  const signIn = () =>
    void attempt(async (call) => {
      const { id } = await call<{ readonly id: string }>('POST', '/v1/session', { name, password });
      onSignedIn(id);
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
      <PasswordField label={t(ACCOUNT_PAGES.password)} value={password} onValue={setPassword} />
      <Refused refusal={refusal} />
    </Form>
  );
}
