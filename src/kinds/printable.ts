import { replaceNotPlain } from './plain-text.ts';

/**
 * A line of text that is safe on a terminal or a page. File names, case numbers and values of
 * receipts are untrusted: control characters could move the cursor and forge a verdict, and
 * characters that are not seen, or change the direction of writing, could disguise a name. They are
 * replaced by escapes; a tab separates the columns of a line.
 */
export function printable(line: string): string {
  return replaceNotPlain(line, (character) =>
    character === '\t' ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
