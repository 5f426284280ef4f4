/**
 * What no text of a record contains: control characters, what a wrong decoding leaves (U+FFFD),
 * lone surrogates, and what is not seen or changes the order of what is seen. Two texts that look
 * the same would otherwise be two case numbers.
 */
const NOT_PLAIN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\ufffd]/gu;
/** Within the names of files they are parts of scripts and of emoji. */
const JOINERS = /\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;
const LINE_BREAKS = /[\t\n\r]/g;

/** Whether a text may become part of a record: one line of characters that are seen. */
export function isPlainLine(text: string): boolean {
  return text.search(NOT_PLAIN) < 0;
}

/** The same of a text that may have several lines. */
export function isPlainText(text: string): boolean {
  return isPlainLine(text.replaceAll(LINE_BREAKS, ' '));
}

/** The same of the name of a file, which may have joiners and variation selectors. */
export function isPlainName(name: string): boolean {
  return isPlainLine(name.replaceAll(JOINERS, ''));
}

/** The characters of a line that keep it out of a record, as `U+200B`, each once. */
export function refusedCharacters(line: string): string[] {
  const names = [...line.matchAll(NOT_PLAIN)].map(
    ([character]) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return [...new Set(names)];
}

/** The text with `replacement` in place of every character that is not plain. */
export function replaceNotPlain(text: string, replacement: (character: string) => string): string {
  return text.replaceAll(NOT_PLAIN, replacement);
}

/**
 * The name under which a file is registered whose own name is not plain: such characters as `%XX`
 * of their UTF-8 bytes, and each per cent sign as `%25` unless it is one of an escape already.
 */
export function plainName(name: string, isEscaped = false): string {
  if (isPlainName(name)) return name;
  const mustEscape = (character: string) => (character === '%' ? !isEscaped : !isPlainName(character));
  return Array.from(name, (character) =>
    mustEscape(character) ? encodeURIComponent(character.toWellFormed()) : character,
  ).join('');
}
