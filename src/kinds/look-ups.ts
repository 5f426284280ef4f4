import { ACCESS_LOOK_UPS } from './access/look-ups.ts';
import { EVIDENCE_LOOK_UPS } from './evidence/look-ups.ts';
import type { LookUp } from './look-up.ts';
import type { KindView, Sections } from './view.ts';

/**
 * What records are found by, by the names of their kinds: for what registers and lists. Pages that
 * verify do without.
 */
export const LOOK_UPS: Readonly<Record<string, Readonly<Record<string, LookUp>>>> = {
  evidence: EVIDENCE_LOOK_UPS,
  access: ACCESS_LOOK_UPS,
};

/** What a record of this kind can be found by. */
export function lookupsOf(
  { name }: Pick<KindView, 'name'>,
  sections: Sections,
): { readonly by: string; readonly value: string }[] {
  return Object.entries(LOOK_UPS[name]!).flatMap(([by, lookUp]) => {
    const value = lookUp.valueOf(sections);
    return value === undefined ? [] : [{ by, value }];
  });
}
