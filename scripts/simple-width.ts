/**
 * Characters that a terminal shows two columns wide: those of East Asian scripts, and full width.
 */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/gu;

/**
 * Columns of a text on a terminal, in the place of `string-width` where each kilobyte counts: right
 * for our own texts, which have no emoji and no combining characters.
 */
export default function simpleWidth(text: string): number {
  return text.length + (text.match(WIDE)?.filter((character) => character.length === 1).length ?? 0);
}
