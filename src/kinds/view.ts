import type { Json } from '../protocol/encoding/json.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import type { Message } from '../text/message.ts';
import { FACTS } from '../text/record-facts.ts';
import { timeText } from '../text/time.ts';
import type { Case } from './sections/view.ts';

/** Section name to value, as a record discloses them. */
export type Sections = Readonly<Record<string, Json>>;

/** What every registration may have. */
export interface AnyRegistration {
  /** Of the content that the record shall own; undefined: only the digests are registered. */
  readonly uploadToken?: string | undefined;
  /** The case; a number that is not recognised is taken with `asIs` only. */
  readonly case?: StatedCase | undefined;
}

/** A case as a registration states it. */
export interface StatedCase extends Case {
  /** The number is meant as it is, though it has no known form; no part of the record. */
  readonly asIs?: boolean | undefined;
}

/** What a client states in a registration, before its content is uploaded. */
export type Stated<Registration extends AnyRegistration> = Omit<Registration, 'uploadToken'>;

/**
 * What a registration states for ever, which an idempotency key stands for: without the token, and
 * without the word that a case number is meant as it is.
 */
export function lastingStatement(registration: AnyRegistration): object {
  const { uploadToken: _, ...stated } = registration;
  if (stated.case?.asIs === undefined) return stated;
  const { asIs: __, ...ofCase } = stated.case;
  return { ...stated, case: ofCase };
}

/** Digests and size that the service computed from the bytes that it stored. */
export interface SeenContent {
  /** Lower-case hex. */
  readonly sha256: string;
  /** Lower-case hex. */
  readonly sm3: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * What people see of a kind of record, and what its records consist of. No zod: views are imported
 * by everything that registers and verifies.
 */
export interface KindView {
  /** As in the record's header; `paths.ts` has the routes that follow from it. */
  readonly name: string;
  readonly label: Message;
  /** The label of each section that the kind may have. */
  readonly sections: Readonly<Record<string, Message>>;
  /** The sections that an item of a listing shows. */
  readonly listed: readonly string[];
  /** Its records are evidence: a certificate (存证证书) can be made of one. */
  readonly isCertifiable?: true;
  /** What a record may state, in the order in which people read it. */
  readonly fields: readonly Field[];
  /** One line that names the record in a list. */
  headline(sections: Sections): string;
}

/** A kind that clients register; records of the others are made by the service itself. */
export interface RegistrableView<Registration extends AnyRegistration = AnyRegistration> extends KindView {
  /** The file that a registration is of, as the registration states it. */
  fileOf(registration: Stated<Registration>): FileFacts;
  /** The sections that a registration becomes, without `registrant` and `time`. */
  sectionsOf(registration: Stated<Registration>, content: SeenContent | undefined): Sections;
}

/** One fact of a record as people read it: in reports, certificates and on pages. */
export interface Fact {
  readonly label: Message;
  readonly value: Message;
}

/** What a record may state in one of its sections. */
export interface Field {
  readonly label: Message;
  readonly section: string;
  /** A digest, which is compared character by character. */
  readonly isDigest?: true;
  /** Shown in certificates alone. */
  readonly isDetail?: true;
  /** Undefined where the section, or this part of it, is not there. */
  readonly valueOf: (sections: Sections) => FieldValue | undefined;
}

/** A time is given as it was stated, in RFC 3339. */
export type FieldValue = Message | { readonly time: string };

/**
 * The facts of a record in the order in which people read them. A section that is withheld is one
 * fact, in the place of its first.
 */
export function factsOf(
  { fields, sections: labels }: KindView,
  sections: Sections,
  withheld: readonly string[] = [],
): Fact[] {
  const missing = new Set(withheld);
  return fields.flatMap((field) => {
    if (missing.delete(field.section)) return [{ label: labels[field.section]!, value: FACTS.withheld }];
    const value = field.isDetail === true ? undefined : field.valueOf(sections);
    return value === undefined ? [] : [{ label: field.label, value: 'time' in value ? timeText(value.time) : value }];
  });
}

/** The text at `section.member`; undefined where there is none. */
export function textOf(sections: Sections, section: string, member: string): string | undefined {
  const value = sections[section];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const text = (value as Readonly<Record<string, Json>>)[member];
  return typeof text === 'string' ? text : undefined;
}
