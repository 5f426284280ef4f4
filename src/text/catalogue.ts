import { ERRORS } from './errors.ts';
import { PEOPLE_ERRORS } from './people-error.ts';

/** The errors of all areas, for what answers requests and for what lists the codes. */
export const CATALOGUE = { ...ERRORS, ...PEOPLE_ERRORS } as const;

export type ErrorCode = keyof typeof CATALOGUE;
