import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { useText } from '../shared/language.ts';
import type { AccountView } from './answers.ts';
import { callsIn, Refusal } from './calls.ts';
import { Refused } from './refused.tsx';
import { SignInForm } from './sign-in-form.tsx';

interface SignedInProps {
  readonly children: (account: AccountView, reload: () => void) => ComponentChildren;
}

/** What only a signed-in person sees; a stranger signs in here first. */
export function SignedIn({ children }: SignedInProps) {
  const { lang, t } = useText();
  const [account, setAccount] = useState<AccountView | 'stranger' | undefined>();
  const [refusal, setRefusal] = useState<Refusal | undefined>();
  const load = async () => {
    try {
      setRefusal(undefined);
      setAccount(await callsIn(lang)<AccountView>('GET', '/v1/account'));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'sign-in-required') setAccount('stranger');
      else setRefusal(error);
    }
  };
  useEffect(() => void load(), []);
  if (account === 'stranger') {
    return (
      <>
        <p class="intro">{t(ACCOUNT_PAGES.signInFirst)}</p>
        <SignInForm onSignedIn={() => void load()} />
      </>
    );
  }
  return (
    <>
      <Refused refusal={refusal} />
      {account === undefined ? (
        refusal === undefined && <p class="live">{t(ACCOUNT_PAGES.working)}</p>
      ) : (
        <>{children(account, () => void load())}</>
      )}
    </>
  );
}
