import type { Report, ReportObject } from '../../../protocol/verify/report.ts';
import { REPORT } from '../../../text/report.ts';
import { timeText } from '../../../text/time.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { provenBlocks, timeBounds } from '../../../verifier/report-times.ts';
import { useText } from '../../shared/language.ts';

/** The time of a record as a bar between two blocks, and the same in sentences. */
export function Bracket({ report }: { readonly report: Report }) {
  const { t } = useText();
  const { object, steps } = report;
  const bounds = timeBounds(report);
  if (object === null || bounds.length === 0) return null;
  const proven = provenBlocks(object, steps);
  return (
    <section class="bracket" aria-labelledby="bracket">
      <h3 id="bracket">{t(VERIFY_PAGE.bracket)}</h3>
      <div class="bar" aria-hidden="true">
        <End label={t(VERIFY_PAGE.bracketFrom)} block={object.notBefore} isProven={proven.notBefore !== null} />
        <span class="span">{t(REPORT.receivedAt)}</span>
        <End label={t(VERIFY_PAGE.bracketTo)} block={object.anchoredBy} isProven={proven.anchoredBy !== null} />
      </div>
      {bounds.map((bound, i) => (
        <p key={i}>{t(bound)}</p>
      ))}
    </section>
  );
}

interface EndProps {
  readonly label: string;
  readonly block: ReportObject['anchoredBy'];
  readonly isProven: boolean;
}

function End({ label, block, isProven }: EndProps) {
  const { t } = useText();
  if (block === null) return <span class="end open">{label} –</span>;
  const time = isProven && block.blockTime !== undefined ? t(timeText(block.blockTime)) : t(VERIFY_PAGE.notProven);
  return (
    <span class={isProven ? 'end' : 'end open'}>
      {label} {t(VERIFY_PAGE.block, { block: block.blockNumber })}
      <b>{time}</b>
    </span>
  );
}
