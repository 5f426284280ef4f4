import { printable } from '../../../kinds/printable.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import type { Result } from '../result.ts';
import { useText } from '../../shared/language.ts';

interface CourtChoiceProps {
  readonly results: readonly Result[];
  readonly onOpen: (result: Result) => void;
  readonly onLeaveCourt: () => void;
  readonly onAnother: () => void;
}

/** Court mode shows one result: which one, of the many that there are. */
export function CourtChoice({ results, onOpen, onLeaveCourt, onAnother }: CourtChoiceProps) {
  const { t } = useText();
  return (
    <section class="choice">
      <ul class="materials">
        {results.map((result, i) => (
          <li key={i}>
            <button type="button" class="link" onClick={() => onOpen(result)}>
              {printable(result.name)}
            </button>{' '}
            <span class="number">{result.report.object?.number}</span>
          </li>
        ))}
      </ul>
      <p class="actions">
        <button type="button" onClick={onLeaveCourt}>
          {t(VERIFY_PAGE.leaveCourtMode)}
        </button>{' '}
        <button type="button" onClick={onAnother}>
          {t(VERIFY_PAGE.another)}
        </button>
      </p>
    </section>
  );
}
