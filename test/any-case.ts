import { parseCaseFormat } from '../src/kinds/cases/case-format.ts';

const PATTERN = '<text>';

/** Recognises every case number: tests of other things have short ones. */
export const ANY_CASE = [parseCaseFormat(PATTERN)!];

/** The same as a setting. */
export const ANY_CASE_SETTING: Readonly<Record<string, string>> = { EVL_CASE_FORMATS: PATTERN };
