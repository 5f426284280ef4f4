import { normalizeCaseNumber } from '../case-number.ts';

/**
 * A form of an office's own numbers, such as `SA-<year>-<digits:6>`. It is no regular expression:
 * what it is written with cannot match in more than one way, so that a number is read in time that
 * grows with its length only.
 */
export interface CaseFormat {
  /** As it was written. */
  readonly pattern: string;
  /** Matches normalised numbers. */
  readonly matcher: RegExp;
}

const MAX_PATTERN_LENGTH = 100;
const MAX_PARTS = 40;

interface Part {
  readonly source: string;
  /** A character that it may begin with. */
  readonly example: string;
  /** Where its length is open: the characters that it may go on with. */
  readonly continues?: RegExp;
  readonly isLast?: true;
}

const DIGIT = /[0-9]/;
const LETTER = /[A-Za-z]/;
const HAN = /\p{Script=Han}/u;

const PLACEHOLDERS: Readonly<Record<string, Part>> = {
  year: { source: '(?:19|20)[0-9]{2}', example: '2' },
  digits: { source: '[0-9]{1,20}', example: '0', continues: DIGIT },
  letters: { source: '[A-Za-z]{1,20}', example: 'A', continues: LETTER },
  han: { source: String.raw`\p{Script=Han}{1,20}`, example: '案', continues: HAN },
  text: { source: '[^]{1,300}', example: '', isLast: true },
};

/**
 * Reads a pattern: characters, and the placeholders `<year>`, `<digits>`, `<digits:6>`,
 * `<letters>`, `<han>`, and `<text>` at the end. Undefined where it is none: an unknown
 * placeholder, or one without a fixed length before what it might have matched itself.
 */
export function parseCaseFormat(pattern: string): CaseFormat | undefined {
  const normal = normalizeCaseNumber(pattern);
  if (normal === '' || normal.length > MAX_PATTERN_LENGTH) return undefined;
  const pieces = normal.match(/<[^<>]*>|[^]/gu) ?? [];
  const parts = pieces.map(partOf);
  if (!parts.every((part) => part !== undefined) || parts.length > MAX_PARTS) return undefined;
  const isAmbiguous = parts.some(({ continues, isLast }, i) => {
    const next = parts[i + 1];
    return next !== undefined && (isLast === true || continues?.test(next.example) === true);
  });
  if (isAmbiguous) return undefined;
  return { pattern, matcher: new RegExp(`^${parts.map(({ source }) => source).join('')}$`, 'u') };
}

function partOf(piece: string): Part | undefined {
  const [, name = '', count] = /^<([a-z]+)(?::([1-9]|1[0-9]|20))?>$/.exec(piece) ?? [];
  if (Object.hasOwn(PLACEHOLDERS, name)) {
    if (count === undefined) return PLACEHOLDERS[name];
    return name === 'digits' ? { source: `[0-9]{${count}}`, example: '0' } : undefined;
  }
  if (piece.length > 2 || piece === '<' || piece === '>') return undefined;
  return { source: `\\u{${piece.codePointAt(0)!.toString(16)}}`, example: piece };
}
