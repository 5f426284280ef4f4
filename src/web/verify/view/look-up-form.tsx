import { useState } from 'preact/hooks';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { readTyped, type Typed } from '../typed.ts';
import { useText } from './language.ts';

const NOTES = {
  number: VERIFY_PAGE.isNumber,
  sha256: VERIFY_PAGE.isSha256,
  transaction: VERIFY_PAGE.isTransaction,
  mistyped: VERIFY_PAGE.mistyped,
  short: VERIFY_PAGE.short,
  nothing: VERIFY_PAGE.isNothing,
} as const;

interface LookUpFormProps {
  readonly onLookUp: (typed: Typed & { readonly value: string }) => void;
}

/** The field for a number, a digest or a transaction; what is typed is read at once. */
export function LookUpForm({ onLookUp }: LookUpFormProps) {
  const { t } = useText();
  const [text, setText] = useState('');
  const typed = readTyped(text);
  const isWrong = typed.kind !== 'empty' && !('value' in typed);
  return (
    <form
      class="look-up"
      onSubmit={(event) => {
        event.preventDefault();
        if ('value' in typed) onLookUp(typed);
      }}
    >
      <label for="typed">{t(VERIFY_PAGE.lookUpLabel)}</label>
      <div>
        <input
          id="typed"
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={text}
          aria-invalid={isWrong}
          aria-describedby="typed-note"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="primary" disabled={!('value' in typed)}>
          {t(VERIFY_PAGE.lookUp)}
        </button>
      </div>
      <p id="typed-note" class={isWrong ? 'problem' : ''} aria-live="polite">
        {typed.kind !== 'empty' && t(NOTES[typed.kind])}
      </p>
    </form>
  );
}
