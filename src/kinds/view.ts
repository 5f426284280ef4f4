import type { Json } from '../protocol/encoding/json.ts';
import type { Message } from '../text/message.ts';

/** Section name to value, as a record discloses them. */
export type Sections = Readonly<Record<string, Json>>;

/**
 * What people see of a kind of record, and what its records are found by. No zod: views are
 * imported by everything that verifies.
 */
export interface KindView {
  /** As in the record's header; registrations go to `/v1/<name>`. */
  readonly name: string;
  readonly label: Message;
  /** The label of each section that the kind may have. */
  readonly sections: Readonly<Record<string, Message>>;
  /** The sections that an item of a listing shows. */
  readonly listed: readonly string[];
  readonly lookups: Readonly<Record<string, LookupView>>;
  /** One line that names the record in a list. */
  headline(sections: Sections): string;
}

/** A property that records are found by. */
export interface LookupView {
  readonly label: Message;
  /** The value under which a record with these sections is found; undefined: it is not. */
  valueOf(sections: Sections): string | undefined;
  /** The spelling that is compared with `valueOf`. */
  normalize(typed: string): string;
}

/** What a record of this kind can be found by. */
export function lookupsOf(view: KindView, sections: Sections): { readonly by: string; readonly value: string }[] {
  return Object.entries(view.lookups).flatMap(([by, lookup]) => {
    const value = lookup.valueOf(sections);
    return value === undefined ? [] : [{ by, value }];
  });
}

/** The text at `section.member`; undefined where there is none. */
export function textOf(sections: Sections, section: string, member: string): string | undefined {
  const value = sections[section];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const text = (value as Readonly<Record<string, Json>>)[member];
  return typeof text === 'string' ? text : undefined;
}
