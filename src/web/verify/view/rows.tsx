import type { ComponentChildren } from 'preact';
import { withWholeTerms } from './value.tsx';

/** `isShort`: on paper two of them share a line. */
export type Row = readonly [label: string, value: ComponentChildren, isShort?: boolean];

/** Labels and values. */
export function Rows({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <dl class="rows">
      {rows.map(([label, value, isShort], i) => (
        <div key={i} class={isShort === true ? 'short' : undefined}>
          <dt>{withWholeTerms(label)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
