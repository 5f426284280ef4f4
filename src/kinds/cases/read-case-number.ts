import { CASE_FAULTS, CASE_FORMS, CASE_READINGS, UNLISTED } from '../../text/case-numbers.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { normalizeCaseNumber } from '../case-number.ts';
import type { CaseFormat } from './case-format.ts';
import { courtOf, isCourtCode, provinceOf } from './court-codes.ts';

/** The form that a number has. */
export const CASE_FORM_NAMES = ['court', 'procuratorate', 'police', 'own'] as const;

/** What a case or document number says. */
export interface CaseReading {
  readonly form: (typeof CASE_FORM_NAMES)[number];
  /** For people: court or office, type, year and serial number. */
  readonly text: Message;
}

/** 法〔2015〕137号: year, code of the court, type (with the special one before it), serial number. */
const COURT =
  /^\(((?:19|20)\d{2})\)(最高法|\p{Script=Han}\d{0,4})(\p{Script=Han}{1,5})(\d{1,8})号(?:之([一二三四五六七八九十\d]{1,4}))?$/u;
const PROCURATORATE = /^(\p{Script=Han}{1,10}?检)(\p{Script=Han}{1,8})\(((?:19|20)\d{2})\)第?(\d{1,8})号$/u;
const POLICE =
  /^(\p{Script=Han}{1,10}?公(?:\(\p{Script=Han}{1,10}\))?)(\p{Script=Han}{1,12})\(((?:19|20)\d{2})\)第?(\d{1,10})号$/u;

const EXAMPLES = {
  court: '（2026）浙01刑初123号',
  procuratorate: '杭检刑诉〔2026〕123号',
  police: '杭公（西）勘〔2026〕123号',
};

/** Short names of others may stand for a province or a city: they are not guessed. */
const OFFICES: Readonly<Record<string, Message>> = {
  最高检: { zh: '最高人民检察院', en: 'Supreme People’s Procuratorate' },
  高检: { zh: '最高人民检察院', en: 'Supreme People’s Procuratorate' },
  浙检: { zh: '浙江省检察院', en: 'Procuratorate of Zhejiang' },
  杭检: { zh: '杭州市检察院', en: 'Procuratorate of Hangzhou' },
};

/**
 * Reads a case or document number as it was typed, of at most 300 characters: of a court, a
 * procuratorate, the police, or a form of the office's own. Undefined where it has none of these.
 */
export function readCaseNumber(typed: string, formats: readonly CaseFormat[]): CaseReading | undefined {
  const number = normalizeCaseNumber(typed);
  const own = formats.find(({ matcher }) => matcher.test(number));
  return (
    readCourt(number) ??
    readProcuratorate(number) ??
    readPolice(number) ??
    (own && { form: 'own', text: bilingual(CASE_READINGS.own, { pattern: own.pattern }) })
  );
}

/** What was read of a number that is not recognised. */
export function caseFault(typed: string): Message {
  const read = normalizeCaseNumber(typed);
  const code = COURT.exec(read)?.[2];
  return code === undefined
    ? bilingual(CASE_FAULTS.noForm, { read })
    : bilingual(CASE_FAULTS.courtUnknown, { read, code });
}

/** All forms that are recognised. */
export function caseForms(formats: readonly CaseFormat[]): Message {
  const builtIn = bilingual(CASE_FORMS.builtIn, EXAMPLES);
  if (formats.length === 0) return builtIn;
  const patterns = formats.map(({ pattern }) => pattern);
  return bilingual(CASE_FORMS.withOwn, {
    builtIn,
    patterns: { zh: patterns.join('、'), en: patterns.join(', ') },
  });
}

function readCourt(number: string): CaseReading | undefined {
  const [, year, code, type, digits, part] = COURT.exec(number) ?? [];
  if (year === undefined || code === undefined || type === undefined || !isCourtCode(code)) return undefined;
  const unlisted = bilingual(UNLISTED.court, { province: provinceOf(code) ?? code });
  const serial = part === undefined ? digits! : `${digits!}（之${part}）`;
  return {
    form: 'court',
    text: bilingual(CASE_READINGS.court, { code, court: courtOf(code) ?? unlisted, type, year, serial }),
  };
}

function readProcuratorate(number: string): CaseReading | undefined {
  const [, code, type, year, serial] = PROCURATORATE.exec(number) ?? [];
  if (code === undefined || type === undefined || year === undefined || serial === undefined) return undefined;
  const office = OFFICES[code] ?? UNLISTED.office;
  return { form: 'procuratorate', text: bilingual(CASE_READINGS.procuratorate, { code, office, type, year, serial }) };
}

function readPolice(number: string): CaseReading | undefined {
  const [, code, type, year, serial] = POLICE.exec(number) ?? [];
  if (code === undefined || type === undefined || year === undefined || serial === undefined) return undefined;
  return { form: 'police', text: bilingual(CASE_READINGS.police, { code, type, year, serial }) };
}
