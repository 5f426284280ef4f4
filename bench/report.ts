import { median, quantile, type Row } from './bench.ts';

/** `docs/PERFORMANCE.md`, written by the run. */
export function performanceReport(rows: readonly Row[], machine: string): string {
  const lines = [
    '# Performance',
    '',
    'Written by `npm run bench`, not by hand. Service, load generator and limits shared one machine; a ratio says more than a figure, since its two sides were taken in the same run.',
    '',
    `Machine: ${machine}.`,
    '',
    '| what | measured | limit in the same run | ratio | to reach | |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...rows.map((row) => `| ${cells(row).join(' | ')} |`),
    '',
  ];
  return lines.join('\n');
}

/** The same for a terminal. */
export function textTable(rows: readonly Row[]): string {
  return rows.map((row) => cells(row).filter(Boolean).join(' · ')).join('\n');
}

function cells(row: Row): string[] {
  const { what, value, unit, limit, target } = row;
  return [
    what,
    `${figure(value)} ${unit}`,
    limit === undefined ? '' : `${figure(limit.value)} ${unit} (${limit.what})`,
    ratioText(row),
    target === undefined ? '' : targetText(target),
    target === undefined ? '' : isReached(row) ? 'reached' : '**not reached**',
  ];
}

function ratioOf({ value, limit, ratios }: Row): number | undefined {
  if (ratios !== undefined) return median(ratios);
  return limit === undefined ? undefined : value / limit.value;
}

/** With the quartiles, where there were pairs of rounds. */
function ratioText(row: Row): string {
  const ratio = ratioOf(row);
  if (ratio === undefined) return '';
  const { ratios } = row;
  if (ratios === undefined) return ratio.toFixed(2);
  const [low, high] = [quantile(ratios, 0.25), quantile(ratios, 0.75)];
  return `${ratio.toFixed(2)} (half of ${ratios.length} pairs within ${low.toFixed(2)}–${high.toFixed(2)})`;
}

function targetText(target: NonNullable<Row['target']>): string {
  if ('ratio' in target) return `ratio ≥ ${target.ratio}`;
  return 'atLeast' in target ? `≥ ${figure(target.atLeast)}` : `≤ ${figure(target.atMost)}`;
}

function isReached(row: Row): boolean {
  const { value, target } = row;
  if (target === undefined) return true;
  if ('ratio' in target) return (ratioOf(row) ?? 0) >= target.ratio;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}
