import type { RecordHeader } from './header.ts';
import { recordKind } from './kinds.ts';

/** The sections that a header commits to and a receipt does not disclose. */
export interface Withheld {
  /** Those that the kind has, by name, in the order of its closed list. */
  readonly sections: readonly string[];
  /** How many have a name that the kind does not have, which could be any text. */
  readonly others: number;
}

/** What a receipt with these disclosed sections withholds of the record. */
export function withheldSections(
  header: Pick<RecordHeader, 'kind' | 'sections'>,
  disclosed: readonly { readonly name: string }[],
): Withheld {
  const shown = new Set(disclosed.map(({ name }) => name));
  const withheld = new Set(Object.keys(header.sections).filter((name) => !shown.has(name)));
  const { required = [], optional = [] } = recordKind(header.kind) ?? {};
  const sections = [...required, ...optional].filter((name) => withheld.has(name));
  return { sections, others: withheld.size - sections.length };
}
