import { normalizeCaseNumber } from '../case-number.ts';
import { asTyped, type LookUp } from '../look-up.ts';
import { textOf } from '../view.ts';

export const EVIDENCE_LOOK_UPS: Readonly<Record<string, LookUp>> = {
  case: {
    label: { zh: '案号', en: 'case number' },
    valueOf: (sections) => {
      const number = textOf(sections, 'case', 'number');
      return number === undefined ? undefined : normalizeCaseNumber(number);
    },
    normalize: normalizeCaseNumber,
  },
  sha256: {
    label: { zh: 'SHA-256', en: 'SHA-256' },
    valueOf: (sections) => textOf(sections, 'digests', 'sha256'),
    normalize: asTyped,
  },
  sm3: {
    label: { zh: 'SM3', en: 'SM3' },
    valueOf: (sections) => textOf(sections, 'digests', 'sm3'),
    normalize: asTyped,
  },
};
