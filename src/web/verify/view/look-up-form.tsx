import { useEffect, useState } from 'preact/hooks';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import type { Wanted } from '../record-link.ts';
import { readTyped } from '../typed.ts';
import { useText } from '../../shared/language.ts';

interface LookUpFormProps {
  /** What was looked up last: a link or QR code may have asked for it. */
  readonly wanted: Wanted | undefined;
  readonly onLookUp: (wanted: Wanted) => void;
  readonly onPicture: (picture: File) => void;
}

/** The field for a number, a digest or a transaction; what is typed is read at once. */
export function LookUpForm({ wanted: shown, onLookUp, onPicture }: LookUpFormProps) {
  const { t } = useText();
  const [text, setText] = useState('');
  useEffect(() => {
    if (shown !== undefined && readTyped(text).wanted?.value !== shown.value) setText(shown.value);
  }, [shown]);
  const { wanted, note, isWrong } = readTyped(text);
  return (
    <form
      class="look-up"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== undefined) onLookUp(wanted);
      }}
    >
      <label for="typed">{t(VERIFY_SERVICE.lookUpLabel)}</label>
      <div>
        <input
          id="typed"
          type="text"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          enterkeyhint="search"
          value={text}
          aria-invalid={isWrong}
          aria-describedby="typed-note"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="primary" disabled={wanted === undefined}>
          {t(VERIFY_SERVICE.lookUp)}
        </button>
        <label class="button">
          <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path
              d="M1 1h6v6H1Zm1.5 1.5v3h3v-3ZM9 1h6v6H9Zm1.5 1.5v3h3v-3ZM1 9h6v6H1Zm1.5 1.5v3h3v-3ZM9 9h2v2H9Zm4 0h2v2h-2Zm-2 2h2v2h-2Zm-2 2h2v2H9Zm4 0h2v2h-2Z"
              fill-rule="evenodd"
            />
          </svg>
          {t(VERIFY_SERVICE.chooseQr)}
          <input
            id="qr-picture"
            type="file"
            accept="image/*"
            onChange={({ currentTarget }) => {
              const [picture] = currentTarget.files ?? [];
              if (picture !== undefined) onPicture(picture);
              currentTarget.value = '';
            }}
          />
        </label>
      </div>
      <p id="typed-note" class={isWrong ? 'problem' : ''} aria-live="polite">
        {note && t(note)}
      </p>
    </form>
  );
}
