import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { useText } from '../../shared/language.ts';

/** Where files are chosen; they can be dropped anywhere on the page. */
export function DropZone({ isOver, onFiles }: { readonly isOver: boolean; readonly onFiles: (files: File[]) => void }) {
  const { t } = useText();
  const choose = (event: { readonly currentTarget: HTMLInputElement }) => {
    onFiles([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = '';
  };
  return (
    <section class={isOver ? 'drop over' : 'drop'}>
      <p class="lead">{t(VERIFY_PAGE.drop)}</p>
      <p>{t(VERIFY_PAGE.dropMore)}</p>
      <p class="choices">
        <label class="button primary">
          {t(VERIFY_PAGE.chooseFiles)}
          <input id="files" type="file" multiple onChange={choose} />
        </label>{' '}
        <label class="button">
          {t(VERIFY_PAGE.chooseFolder)}
          <input id="folder" type="file" {...{ webkitdirectory: true }} onChange={choose} />
        </label>
      </p>
      <details class="stays">
        <summary>
          <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7Zm2 0h4V5a2 2 0 0 0-4 0Z" />
          </svg>{' '}
          {t(VERIFY_PAGE.staysHere)} · {t(VERIFY_PAGE.howToCheck)}
        </summary>
        <p>{t(VERIFY_PAGE.howToCheckText)}</p>
      </details>
    </section>
  );
}
