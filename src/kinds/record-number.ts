/**
 * The record number (存证编号), such as `20261122-7K3M-9QX2-WDFH-R`: day of registration in UTC, 12
 * random characters of Crockford's base32 (60 bits, so that it cannot be guessed), and a check
 * character over all before it.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_CHARACTERS = 12;

/** `random` are 12 bytes; 5 bits of each are used. */
export function formatRecordNumber(timeMs: number, random: Uint8Array): string {
  if (random.length !== RANDOM_CHARACTERS) throw new RangeError(`${random.length} random bytes, should be 12`);
  const day = new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
  let code = '';
  for (const byte of random) code += ALPHABET[byte & 31];
  const check = checkCharacter(day + code);
  return `${day}-${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}-${check}`;
}

/**
 * The canonical spelling of a typed record number; undefined where it is none. I and L read as 1, O
 * as 0; case, width, spaces, dashes, marks around it and the words 存证编号 or "record number" before
 * it do not matter.
 */
export function normalizeRecordNumber(typed: string): string | undefined {
  const parts = partsOf(typed);
  if (parts === undefined || checkCharacter(parts.slice(0, -1).join('')) !== parts.at(-1)) return undefined;
  return parts.join('-');
}

/**
 * What is wrong with a text that has the form of a record number: a character of it, or that one is
 * missing. Undefined for a number, and for what has another form.
 */
export function mistakeInNumber(typed: string): 'character' | 'length' | undefined {
  if (/^[0-9]{8}[0-9A-HJKMNP-TV-Z]{12}$/.test(charactersOf(typed))) return 'length';
  return partsOf(typed) !== undefined && normalizeRecordNumber(typed) === undefined ? 'character' : undefined;
}

/** Day, three groups and check character. */
function partsOf(typed: string): readonly string[] | undefined {
  const match =
    /^([0-9]{8})([0-9A-HJKMNP-TV-Z]{4})([0-9A-HJKMNP-TV-Z]{4})([0-9A-HJKMNP-TV-Z]{4})([0-9A-HJKMNP-TV-Z])$/.exec(
      charactersOf(typed),
    );
  return match?.slice(1);
}

function charactersOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}\p{Cf}\u2212]/gu, '')
    .replace(/^\p{P}*(?:存证编号|RECORDNUMBER)?\p{P}*/u, '')
    .replace(/\p{P}+$/u, '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0');
}

/**
 * Weighted sum in GF(32) whose weights are the powers of a generator. No two of the 20 places share
 * a weight, so that every single wrong character and every exchange of two characters is detected.
 */
function checkCharacter(text: string): string {
  let sum = 0;
  for (const character of text) sum = timesGenerator(sum) ^ ALPHABET.indexOf(character);
  return ALPHABET[timesGenerator(sum)]!;
}

/** Multiplies by x modulo the primitive polynomial x^5 + x^2 + 1. */
function timesGenerator(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}
