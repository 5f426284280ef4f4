import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { listRoles, roleName } from '../../text/people.ts';
import { timeText } from '../../text/time.ts';
import { useText } from '../shared/language.ts';
import type { AccountView, OwnKeyView } from './answers.ts';
import { useAttempts } from './attempt.ts';
import { deviceName } from './device-name.ts';
import { Field, Form } from './fields.tsx';
import { NewPasswordFields, useNewPassword } from './new-password.tsx';
import { Refused } from './refused.tsx';
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
          <Passkeys account={account} />
          <Keys />
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
        <Field
          label={t(ACCOUNT_PAGES.currentPassword)}
          type="password"
          autocomplete="current-password"
          maxLength={512}
          value={current}
          onValue={setCurrent}
        />
        <NewPasswordFields given={given} />
        <Refused refusal={refusal} />
        <p role="status">{isChanged && t(ACCOUNT_PAGES.passwordChanged)}</p>
      </Form>
    </section>
  );
}

function Passkeys({ account: { passkeys } }: { readonly account: AccountView }) {
  const { t } = useText();
  return (
    <section class="card" aria-labelledby="passkeys">
      <h2 id="passkeys">{t(ACCOUNT_PAGES.passkeys)}</h2>
      {passkeys.length === 0 && <p class="mute">{t(ACCOUNT_PAGES.noPasskeys)}</p>}
      <ul class="items">
        {passkeys.map(({ id, label }) => (
          <li key={id}>{label ?? t(ACCOUNT_PAGES.unnamed)}</li>
        ))}
      </ul>
    </section>
  );
}

function Keys() {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [keys, setKeys] = useState<readonly OwnKeyView[]>([]);
  const [isRevoked, setRevoked] = useState(false);
  const load = () =>
    attempt(async (call) => {
      const { items } = await call<{ readonly items: readonly OwnKeyView[] }>('GET', '/v1/account/api-keys');
      setKeys(items.filter(({ isValid }) => isValid));
    });
  useEffect(() => void load(), []);
  const revoke = async (id: string) => {
    const isDone = await attempt((call) => call('POST', `/v1/account/api-keys/${encodeURIComponent(id)}/revoke`));
    setRevoked(isDone);
    if (isDone) await load();
  };
  return (
    <section class="card" aria-labelledby="keys">
      <h2 id="keys">{t(ACCOUNT_PAGES.keys)}</h2>
      <p class="mute">{t(ACCOUNT_PAGES.keysNote)}</p>
      {keys.length === 0 && <p class="mute">{t(ACCOUNT_PAGES.noKeys)}</p>}
      <ul class="items">
        {keys.map(({ id, role, label, until }) => (
          <li key={id}>
            <span>
              <b>{label ?? t(ACCOUNT_PAGES.unnamed)}</b>
              <br />
              <small>{t(ACCOUNT_PAGES.keyFacts, { role: roleName(role), until: timeText(until) })}</small>
            </span>
            <button
              type="button"
              disabled={isBusy}
              aria-label={t(ACCOUNT_PAGES.revokeOf, { label: label ?? t(ACCOUNT_PAGES.unnamed) })}
              onClick={() => void revoke(id)}
            >
              {t(ACCOUNT_PAGES.revoke)}
            </button>
          </li>
        ))}
      </ul>
      <p role="status">{isRevoked && t(ACCOUNT_PAGES.revoked)}</p>
      <Refused refusal={refusal} />
    </section>
  );
}
