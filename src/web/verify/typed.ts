import { mistakeInNumber, normalizeRecordNumber } from '../../kinds/record-number.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { VERIFY_SERVICE } from '../../text/verify-service.ts';
import { readRecordLink, type Wanted } from './record-link.ts';

const NUMBER_CHARACTERS = 21;
const DIGEST_DIGITS = 64;

/** What a reader typed to look something up, or what is wrong with it, and a sentence about it. */
export interface Typed {
  /** Undefined: nothing that can be looked up, or not yet. */
  readonly wanted: Wanted | undefined;
  readonly note: Message | undefined;
  /** It is no beginning of anything either. */
  readonly isWrong: boolean;
}

/**
 * Reads a text while it is typed: a record number, a digest, a transaction hash or a link to a
 * record. Width, case, spaces and dashes do not matter.
 */
export function readTyped(text: string): Typed {
  const trimmed = text.trim().slice(0, 2000);
  if (trimmed === '') return { wanted: undefined, note: undefined, isWrong: false };
  const link = readRecordLink(trimmed);
  if (link !== undefined) return { wanted: link, note: VERIFY_SERVICE.isLink, isWrong: false };
  const number = normalizeRecordNumber(trimmed);
  if (number !== undefined) return found({ kind: 'number', value: number }, VERIFY_SERVICE.isNumber);
  const plain = trimmed
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .toLowerCase();
  const [, prefix, digits] = /^(0x)?([0-9a-f]+)$/.exec(plain) ?? [];
  if (digits?.length === DIGEST_DIGITS) {
    return prefix === undefined
      ? found({ kind: 'digest', value: digits }, VERIFY_SERVICE.isDigest)
      : found({ kind: 'transaction', value: plain }, VERIFY_SERVICE.isTransaction);
  }
  const mistake = mistakeInNumber(trimmed);
  if (mistake === 'character') return wrong(VERIFY_SERVICE.mistyped);
  if (mistake === 'length' || /^[12][0-9]{0,7}$|^[12][0-9]{7}[0-9a-z]{0,11}$/.test(plain)) {
    const missing = NUMBER_CHARACTERS - plain.length;
    return unfinished(bilingual(VERIFY_SERVICE.numberShort, { count: Math.max(1, missing) }));
  }
  if (digits === undefined) return wrong(VERIFY_SERVICE.isNothing);
  const count = DIGEST_DIGITS - digits.length;
  if (count < 0) return wrong(bilingual(VERIFY_SERVICE.digestLong, { count: -count }));
  return unfinished(bilingual(VERIFY_SERVICE.digestShort, { count }));
}

function found(wanted: Wanted, note: Message): Typed {
  return { wanted, note, isWrong: false };
}

function wrong(note: Message): Typed {
  return { wanted: undefined, note, isWrong: true };
}

function unfinished(note: Message): Typed {
  return { wanted: undefined, note, isWrong: false };
}
