import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { listRoles } from '../../text/people.ts';
import { timeText } from '../../text/time.ts';
import { useText } from '../shared/language.ts';
import type { AccountView, SignInWays } from './answers.ts';
import { useAttempts } from './attempt.ts';
import type { Call } from './calls.ts';
import { deviceName } from './device-name.ts';
import { Field, Form, PasswordField } from './fields.tsx';
import { Keys } from './keys.tsx';
import { NewPasswordFields, useNewPassword } from './new-password.tsx';
import { addPasskey } from './passkey.ts';
import { Refused } from './refused.tsx';
import { SignInAgain } from './sign-in-form.tsx';
import { SignedIn } from './signed-in.tsx';

/** `/account`: who has signed in, where, and with which keys. */
export function AccountPage() {
  return (
    <SignedIn>
      {(account, reload) => (
        <>
          <Person account={account} />
          <Sessions account={account} onChange={reload} />
          {account.hasPassword && <ChangePassword name={account.signInName ?? ''} onChange={reload} />}
          <Passkeys account={account} onChange={reload} />
          <Keys account={account} />
        </>
      )}
    </SignedIn>
  );
}

function Person({ account }: { readonly account: AccountView }) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const signOut = () =>
    void attempt(async (call) => {
      await call('POST', '/v1/session/end');
      location.assign('/sign-in');
    });
  const { name, signInName, organisation, roles } = account;
  return (
    <section class="card" aria-labelledby="person">
      <h2 id="person">{name ?? signInName ?? account.id}</h2>
      <dl class="rows">
        <div>
          <dt>{t(ACCOUNT_PAGES.signInName)}</dt>
          <dd>{signInName ?? '–'}</dd>
        </div>
        <div>
          <dt>{t(ACCOUNT_PAGES.organisation)}</dt>
          <dd>{organisation.name ?? '–'}</dd>
        </div>
        <div>
          <dt>{t(ACCOUNT_PAGES.roles)}</dt>
          <dd>{t(listRoles(roles))}</dd>
        </div>
      </dl>
      <p class="actions">
        <button type="button" id="sign-out" disabled={isBusy} onClick={signOut}>
          {t(ACCOUNT_PAGES.signOut)}
        </button>
      </p>
      <Refused refusal={refusal} />
    </section>
  );
}

interface Changing {
  readonly account: AccountView;
  readonly onChange: () => void;
}

function Sessions({ account, onChange }: Changing) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [isEnded, setEnded] = useState(false);
  const end = (id: string) =>
    void attempt(async (call) => {
      await call('POST', `/v1/sessions/${encodeURIComponent(id)}/end`);
      setEnded(true);
      onChange();
    });
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">{t(ACCOUNT_PAGES.sessions)}</h2>
      <p class="mute">{t(ACCOUNT_PAGES.sessionsNote)}</p>
      <ul class="items">
        {account.sessions.map(({ id, device, createdAt, lastSeenAt, isThis }) => (
          <li key={id}>
            <span title={device}>
              <b>{deviceName(device)}</b> {isThis && <span class="good">{t(ACCOUNT_PAGES.thisSession)}</span>}
              <br />
              <small>{t(ACCOUNT_PAGES.sessionTimes, { from: timeText(createdAt), seen: timeText(lastSeenAt) })}</small>
            </span>
            {!isThis && (
              <button
                type="button"
                disabled={isBusy}
                aria-label={t(ACCOUNT_PAGES.endSessionOf, { device: deviceName(device) })}
                onClick={() => end(id)}
              >
                {t(ACCOUNT_PAGES.endSession)}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p role="status">{isEnded && t(ACCOUNT_PAGES.sessionEnded)}</p>
      <Refused refusal={refusal} />
    </section>
  );
}

function ChangePassword({ name, onChange }: { readonly name: string; readonly onChange: () => void }) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [current, setCurrent] = useState('');
  const [isChanged, setChanged] = useState(false);
  const given = useNewPassword();
  const change = () => {
    setChanged(false);
    if (!given.check()) return;
    void attempt(async (call) => {
      await call('POST', '/v1/account/password', { current, password: given.password });
      setCurrent('');
      given.setPassword('');
      given.setRepeated('');
      setChanged(true);
      onChange();
    });
  };
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">{t(ACCOUNT_PAGES.changePassword)}</h2>
      <Form label={t(ACCOUNT_PAGES.changePassword)} isBusy={isBusy} onSubmit={change}>
        <input type="text" hidden autocomplete="username" value={name} readOnly />
        <PasswordField label={t(ACCOUNT_PAGES.currentPassword)} value={current} onValue={setCurrent} />
        <NewPasswordFields given={given} />
        <Refused refusal={refusal} />
        <p role="status">{isChanged && t(ACCOUNT_PAGES.passwordChanged)}</p>
      </Form>
    </section>
  );
}

function Passkeys({ account, onChange }: Changing) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [ways, setWays] = useState<SignInWays | undefined>();
  const [label, setLabel] = useState('');
  const [done, setDone] = useState<'passkeyAdded' | 'passkeyRemoved' | undefined>();
  /** What was refused because the sign-in is old, and is done after another one. */
  const [again, setAgain] = useState<(() => void) | undefined>();
  useEffect(() => void attempt(async (call) => setWays(await call<SignInWays>('GET', '/v1/sign-in-ways'))), []);
  const change = async (work: (call: Call) => Promise<void>, outcome: 'passkeyAdded' | 'passkeyRemoved') => {
    setDone(undefined);
    setAgain(() => () => void change(work, outcome));
    const isDone = await attempt(work);
    if (!isDone) return;
    setLabel('');
    setDone(outcome);
    onChange();
  };
  const remove = (id: string) =>
    void change((call) => call('POST', `/v1/account/passkeys/${encodeURIComponent(id)}/remove`), 'passkeyRemoved');
  const isOld = refusal?.code === 'sign-in-again' && again !== undefined;
  return (
    <section class="card" aria-labelledby="passkeys">
      <h2 id="passkeys">{t(ACCOUNT_PAGES.passkeys)}</h2>
      {account.passkeys.length === 0 && <p class="mute">{t(ACCOUNT_PAGES.noPasskeys)}</p>}
      <ul class="items">
        {account.passkeys.map((passkey) => (
          <li key={passkey.id}>
            <b>{passkey.label ?? t(ACCOUNT_PAGES.unnamed)}</b>
            <button
              type="button"
              disabled={isBusy}
              aria-label={t(ACCOUNT_PAGES.removePasskeyOf, { label: passkey.label ?? t(ACCOUNT_PAGES.unnamed) })}
              onClick={() => remove(passkey.id)}
            >
              {t(ACCOUNT_PAGES.removePasskey)}
            </button>
          </li>
        ))}
      </ul>
      {ways?.passkey === false && <p class="mute">{t(ACCOUNT_PAGES.passkeysNotHere)}</p>}
      {ways?.passkey === true && !isOld && (
        <Form
          label={t(ACCOUNT_PAGES.addPasskey)}
          isBusy={isBusy}
          onSubmit={() => void change((call) => addPasskey(call, label), 'passkeyAdded')}
        >
          <Field
            label={t(ACCOUNT_PAGES.passkeyLabel)}
            autocomplete="off"
            maxLength={100}
            value={label}
            onValue={setLabel}
          />
        </Form>
      )}
      <p role="status">{done !== undefined && t(ACCOUNT_PAGES[done])}</p>
      {isOld ? <SignInAgain account={account} onSignedIn={again} /> : <Refused refusal={refusal} />}
    </section>
  );
}
