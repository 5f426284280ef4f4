import { useState } from 'preact/hooks';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { useText } from '../shared/language.ts';
import { Field } from './fields.tsx';

/** A new password, typed twice. */
export interface NewPassword {
  readonly password: string;
  readonly repeated: string;
  readonly isDifferent: boolean;
  setPassword(password: string): void;
  setRepeated(repeated: string): void;
  /** Whether both are the same; shows that they are not. */
  check(): boolean;
}

export function useNewPassword(): NewPassword {
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [isDifferent, setDifferent] = useState(false);
  const check = () => {
    setDifferent(password !== repeated);
    return password === repeated;
  };
  return { password, repeated, isDifferent, setPassword, setRepeated, check };
}

export function NewPasswordFields({ given }: { readonly given: NewPassword }) {
  const { t } = useText();
  return (
    <>
      <Field
        label={t(ACCOUNT_PAGES.newPassword)}
        type="password"
        autocomplete="new-password"
        note={t(ACCOUNT_PAGES.passwordRule)}
        maxLength={512}
        value={given.password}
        onValue={(value) => given.setPassword(value)}
      />
      <Field
        label={t(ACCOUNT_PAGES.repeatPassword)}
        type="password"
        autocomplete="new-password"
        maxLength={512}
        isWrong={given.isDifferent}
        value={given.repeated}
        onValue={(value) => given.setRepeated(value)}
      />
      <div role="alert">{given.isDifferent && <p class="trouble bad">{t(ACCOUNT_PAGES.different)}</p>}</div>
    </>
  );
}
