import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { timeText } from '../../text/time.ts';
import { useText } from '../shared/language.ts';
import type { AccountView, LoginView } from './answers.ts';
import { useAttempts } from './attempt.ts';
import { Choice, Form, RoleChoice } from './fields.tsx';
import { Refused } from './refused.tsx';
import { SignInAgain } from './sign-in-form.tsx';
import { SignedIn } from './signed-in.tsx';

/** Hours; the first is the usual one. */
const TERMS = [12, 1, 24 * 7, 24 * 30] as const;

/** `/approve#CODE`: gives a waiting `evl login` an API key of the signed-in person. */
export function ApprovePage({ code }: { readonly code: string }) {
  const { t } = useText();
  if (code === '') {
    return (
      <section class="card narrow">
        <p>{t(ACCOUNT_PAGES.approveWithoutCode)}</p>
      </section>
    );
  }
  return <SignedIn>{(account) => <Waiting key={code} code={code} account={account} />}</SignedIn>;
}

interface WaitingProps {
  readonly code: string;
  readonly account: AccountView;
}

function Waiting({ code, account }: WaitingProps) {
  const { t } = useText();
  const { isBusy, refusal, attempt } = useAttempts();
  const [asked, setAsked] = useState<LoginView | undefined>();
  const [role, setRole] = useState(account.roles[0] ?? '');
  const [hours, setHours] = useState(String(TERMS[0]));
  /** What is decided after another sign-in. */
  const [wanted, setWanted] = useState<'approve' | 'refuse'>('refuse');
  const [outcome, setOutcome] = useState<'approve' | 'refuse' | undefined>();
  useEffect(() => {
    void attempt(async (call) => setAsked(await call<LoginView>('POST', '/v1/login-requests/look', { code })));
  }, []);
  const decide = (decision: 'approve' | 'refuse') => {
    setWanted(decision);
    void attempt(async (call) => {
      const choice = decision === 'approve' ? { role, hours: Number(hours) } : {};
      await call('POST', '/v1/login-requests/decide', { code, decision, ...choice });
      setOutcome(decision);
    });
  };
  if (outcome !== undefined || asked?.isOpen === false) {
    const sentences = { approve: ACCOUNT_PAGES.approved, refuse: ACCOUNT_PAGES.refusedLogin };
    return (
      <section class="card narrow">
        <p role="status">{t(outcome === undefined ? ACCOUNT_PAGES.decided : sentences[outcome])}</p>
      </section>
    );
  }
  const isOld = refusal?.code === 'sign-in-again';
  return (
    <section class="card narrow">
      {asked !== undefined && (
        <>
          <p>{t(ACCOUNT_PAGES.approveIntro)}</p>
          <p class="compare">
            <span>{t(ACCOUNT_PAGES.compare)}</span> <code>{asked.compare}</code>
          </p>
          <p class="trouble">{t(ACCOUNT_PAGES.approveWarning)}</p>
          <dl class="rows">
            <div>
              <dt>{t(ACCOUNT_PAGES.device)}</dt>
              <dd>{asked.device}</dd>
            </div>
            <div>
              <dt>{t(ACCOUNT_PAGES.asked)}</dt>
              <dd>{t(timeText(asked.createdAt))}</dd>
            </div>
            <div>
              <dt>{t(ACCOUNT_PAGES.approver)}</dt>
              <dd>{account.name ?? account.signInName ?? account.id}</dd>
            </div>
          </dl>
          {isOld && <SignInAgain account={account} onSignedIn={() => decide(wanted)} />}
          {!isOld && (
            <Form
              label={t(ACCOUNT_PAGES.approve)}
              isBusy={isBusy}
              onSubmit={() => decide('approve')}
              others={
                <button type="button" disabled={isBusy} onClick={() => decide('refuse')}>
                  {t(ACCOUNT_PAGES.refuse)}
                </button>
              }
            >
              <RoleChoice roles={account.roles} value={role} onValue={setRole} />
              <Choice
                label={t(ACCOUNT_PAGES.term)}
                value={hours}
                onValue={setHours}
                choices={TERMS.map((term) => [String(term), termText(t, term)] as const)}
              />
            </Form>
          )}
        </>
      )}
      {!isOld && <Refused refusal={refusal} />}
    </section>
  );
}

function termText(t: ReturnType<typeof useText>['t'], hours: number): string {
  return hours <= 24 ? t(ACCOUNT_PAGES.hours, { hours }) : t(ACCOUNT_PAGES.days, { days: hours / 24 });
}
