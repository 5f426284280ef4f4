/**
 * A line of text that is safe on a terminal. File names, case numbers and values of receipts are
 * untrusted: control characters could move the cursor and forge a verdict, and characters that
 * change the direction of writing could disguise a name. They are replaced by escapes.
 */
export function printable(line: string): string {
  return line.replaceAll(
    /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
