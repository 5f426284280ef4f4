import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { roleName } from '../../text/people.ts';
import { timeText } from '../../text/time.ts';
import { useText } from '../shared/language.ts';
import type { AccountView, NewKeyView, OwnKeyView } from './answers.ts';
import { useAttempts } from './attempt.ts';
import { Choice, Field, Form, RoleChoice } from './fields.tsx';
import { Refused } from './refused.tsx';
import { SignInAgain } from './sign-in-form.tsx';

/** Days; the first is the usual one. */
const TERMS = [90, 7, 30, 365] as const;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The API keys of the signed-in person: makes, lists and revokes them. */
export function Keys({ account }: { readonly account: AccountView }) {
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
      <NewKey account={account} onMade={() => void load()} />
    </section>
  );
}

interface NewKeyProps {
  readonly account: AccountView;
  readonly onMade: () => void;
}

/** Makes a key, which is shown until the page is left or the next one is made. */
function NewKey({ account, onMade }: NewKeyProps) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [label, setLabel] = useState('');
  const [role, setRole] = useState(account.roles[0] ?? '');
  const [days, setDays] = useState(String(TERMS[0]));
  const [made, setMade] = useState<string | undefined>();
  const make = async () => {
    setMade(undefined);
    const until = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    const isDone = await attempt(async (call) => {
      const { key } = await call<NewKeyView>('POST', '/v1/account/api-keys', { role, label, until });
      setMade(key);
    });
    if (!isDone) return;
    setLabel('');
    onMade();
  };
  // what was typed is sent after another sign-in
  if (refusal?.code === 'sign-in-again') return <SignInAgain account={account} onSignedIn={() => void make()} />;
  return (
    <>
      <Form label={t(ACCOUNT_PAGES.makeKey)} isBusy={isBusy} onSubmit={() => void make()}>
        <Field label={t(ACCOUNT_PAGES.keyLabel)} autocomplete="off" value={label} onValue={setLabel} />
        <RoleChoice roles={account.roles} value={role} onValue={setRole} />
        <Choice
          label={t(ACCOUNT_PAGES.term)}
          value={days}
          onValue={setDays}
          choices={TERMS.map((term) => [String(term), t(ACCOUNT_PAGES.days, { days: term })] as const)}
        />
        <Refused refusal={refusal} />
      </Form>
      <div role="status">
        {made !== undefined && (
          <>
            <p class="trouble">{t(ACCOUNT_PAGES.keyIs)}</p>
            <p>
              <code class="secret">{made}</code>
            </p>
          </>
        )}
      </div>
    </>
  );
}
