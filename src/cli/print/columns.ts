import stringWidth from 'string-width';

/**
 * The text filled with spaces, at least one, to a number of terminal columns; Chinese takes two
 * each.
 */
export function padTo(columns: number, text: string): string {
  return text + ' '.repeat(Math.max(1, columns - stringWidth(text)));
}
