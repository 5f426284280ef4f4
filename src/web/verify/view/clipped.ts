const WIDE = /[\u1100-\uFFDC]/;

/** How many columns a text takes: a Chinese character takes two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const one of text) columns += WIDE.test(one) || one.length > 1 ? 2 : 1;
  return columns;
}

/** The beginning of a text that takes more columns than there are, with an ellipsis. */
export function clipped(text: string, maxColumns: number): string {
  if (columnsOf(text) <= maxColumns) return text;
  let [columns, end] = [1, 0];
  for (const one of text) {
    columns += columnsOf(one);
    if (columns > maxColumns) break;
    end += one.length;
  }
  return `${text.slice(0, end)}…`;
}
