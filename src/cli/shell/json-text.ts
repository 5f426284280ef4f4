import { replaceNotPlain } from '../../kinds/plain-text.ts';

/**
 * A value as JSON that is safe on a terminal: characters that move the cursor, are not seen or
 * change the direction of writing are escaped, which every reader of JSON undoes.
 */
export function jsonText(value: unknown, indent = 2): string {
  return replaceNotPlain(JSON.stringify(value, null, indent), (character) =>
    character === '\n' ? character : [...Array(character.length).keys()].map((i) => escaped(character, i)).join(''),
  );
}

function escaped(character: string, at: number): string {
  return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
}
