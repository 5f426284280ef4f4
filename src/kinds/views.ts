import { accessView } from './access/view.ts';
import { evidenceView } from './evidence/view.ts';
import type { KindView } from './view.ts';

/** The views of all kinds; `schemas.ts` has the other half. */
export const VIEWS: readonly KindView[] = [evidenceView, accessView];

export function viewOf(kind: string): KindView | undefined {
  return VIEWS.find(({ name }) => name === kind);
}
