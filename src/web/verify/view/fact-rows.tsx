import type { Fact } from '../../../kinds/view.ts';
import { clipped, columnsOf } from './clipped.ts';
import type { useText } from '../../shared/language.ts';
import type { Row } from './rows.tsx';
import { isDigest, Value } from './value.tsx';

/** What half a line holds, in columns: a Chinese character takes two. */
const SHORT = 36;

/** A record with more facts than this has each of them on fewer lines, where space is short. */
export const MANY_FACTS = 12;

/** How many lines of so many columns the facts take. */
export function linesOf(facts: readonly Fact[], t: ReturnType<typeof useText>['t'], columns: number): number {
  return facts.reduce((lines, { value }) => lines + Math.ceil(columnsOf(t(value)) / columns), 0);
}

/** The facts as rows, and whether one of them was cut off at `maxColumns`; digests never are. */
export function factRows(
  facts: readonly Fact[],
  t: ReturnType<typeof useText>['t'],
  maxColumns = Infinity,
): { readonly rows: readonly Row[]; readonly isClipped: boolean } {
  let isClipped = false;
  const rows = facts.map(({ label, value }): Row => {
    const text = t(value);
    if (isDigest(text)) return [t(label), <Value text={text} />];
    const shown = clipped(text, maxColumns);
    isClipped ||= shown !== text;
    return [t(label), shown, columnsOf(text) <= SHORT && columnsOf(t(label)) < 16];
  });
  return { rows, isClipped };
}
