import { useId } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { ACCOUNT_PAGES } from '../../text/account-pages.ts';
import { roleName } from '../../text/people.ts';
import { useText } from '../shared/language.ts';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly autocomplete: string;
  readonly note?: string | undefined;
  readonly maxLength?: number;
  readonly isWrong?: boolean;
}

/** One line of text with its label. */
export function Field({ label, value, onValue, type = 'text', autocomplete, note, maxLength, isWrong }: FieldProps) {
  const id = useId();
  const attributes = {
    id,
    name: autocomplete,
    value,
    required: true,
    maxLength: maxLength ?? 200,
    autocomplete,
    autocapitalize: 'none',
    spellcheck: false,
    'aria-invalid': isWrong === true ? 'true' : undefined,
    'aria-describedby': note === undefined ? undefined : `${id}-note`,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => onValue(currentTarget.value),
  } as const;
  return (
    <p class="field">
      <label for={id}>{label}</label>
      {type === 'password' ? <input type="password" {...attributes} /> : <input type="text" {...attributes} />}
      {note !== undefined && (
        <small id={`${id}-note`} class="mute">
          {note}
        </small>
      )}
    </p>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  readonly onValue: (value: string) => void;
}

/** One of some choices. */
export function Choice({ label, value, choices, onValue }: ChoiceProps) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {choices.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </p>
  );
}

interface RoleChoiceProps {
  readonly roles: readonly string[];
  readonly value: string;
  readonly onValue: (role: string) => void;
}

/** One of the roles of a person. */
export function RoleChoice({ roles, value, onValue }: RoleChoiceProps) {
  const { t } = useText();
  const choices = roles.map((role) => [role, t(roleName(role))] as const);
  return <Choice label={t(ACCOUNT_PAGES.role)} value={value} onValue={onValue} choices={choices} />;
}

interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (password: string) => void;
}

/** The password that an account has already. */
export function PasswordField(props: PasswordFieldProps) {
  return <Field {...props} type="password" autocomplete="current-password" maxLength={512} />;
}

interface FormProps {
  readonly label: string;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
  /** Buttons next to the one that sends. */
  readonly others?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Fields and the button that sends them; what is typed stays where it is refused. */
export function Form({ label, isBusy, onSubmit, others, children }: FormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) onSubmit();
      }}
    >
      {children}
      <p class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          {label}
        </button>
        {others}
      </p>
    </form>
  );
}
