import type { Report, ReportObject } from '../../../protocol/verify/report.ts';
import type { Message } from '../../../text/message.ts';
import { REPORT } from '../../../text/report.ts';
import { timeText } from '../../../text/time.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { isOutsideBounds, provenBlocks } from '../../../verifier/report-times.ts';
import { useText } from '../../shared/language.ts';

/** The time of a record as a bar between two blocks. */
export function Bracket({ report }: { readonly report: Report }) {
  const { t } = useText();
  const { object, steps } = report;
  if (object === null || (object.notBefore === null && object.anchoredBy === null)) return null;
  const proven = provenBlocks(object, steps);
  return (
    <section class="bracket" aria-labelledby="bracket">
      <h3 id="bracket">{t(VERIFY_PAGE.bracket)}</h3>
      <div class={proven.notBefore !== null && proven.anchoredBy !== null ? 'bar' : 'bar open'}>
        <End
          label={VERIFY_PAGE.bracketFrom}
          none={
            object.withheld.sections.includes('time') ? VERIFY_PAGE.bracketFromWithheld : VERIFY_PAGE.bracketFromNone
          }
          block={object.notBefore}
          isProven={proven.notBefore !== null}
        />
        <span class="span">{t(REPORT.receivedAt)}</span>
        <End
          label={VERIFY_PAGE.bracketTo}
          none={VERIFY_PAGE.bracketToNone}
          block={object.anchoredBy}
          isProven={proven.anchoredBy !== null}
        />
      </div>
      {isOutsideBounds(report) && <p>{t(REPORT.receivedAtOutside)}</p>}
    </section>
  );
}

interface EndProps {
  readonly label: typeof VERIFY_PAGE.bracketFrom | typeof VERIFY_PAGE.bracketTo;
  /** Where the record states no block. */
  readonly none: Message;
  readonly block: ReportObject['anchoredBy'];
  readonly isProven: boolean;
}

function End({ label, none, block, isProven }: EndProps) {
  const { t } = useText();
  if (block === null) return <span class="end open">{t(none)}</span>;
  const time = block.blockTime === undefined ? REPORT.timeUnknown : timeText(block.blockTime);
  return (
    <span class={isProven ? 'end' : 'end open'}>
      {t(label, { block: block.blockNumber })} <b>{t(isProven ? time : VERIFY_PAGE.notProven)}</b>
    </span>
  );
}
