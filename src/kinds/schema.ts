import type * as z from 'zod';
import type { KindView, Sections } from './view.ts';

/** What every registration may have. */
export interface AnyRegistration {
  /** Of the content that the record shall own. */
  readonly uploadToken?: string | undefined;
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

/** A member of a registration that the uploaded content contradicts. */
export interface ContentMismatch {
  /** RFC 6901. */
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
}

/** How records of a kind are registered. */
export interface KindSchema<Registration extends AnyRegistration = AnyRegistration> {
  readonly view: KindView;
  readonly registration: z.ZodType<Registration>;
  /** The same with an optional idempotency key of its own. */
  readonly batchLine: z.ZodType<Registration & { readonly idempotencyKey?: string | undefined }>;
  /** The form of each section's value. */
  readonly sections: Readonly<Record<string, z.ZodType>>;
  /** What may be typed for each look-up of the view. */
  readonly queries: Readonly<Record<string, z.ZodType<string>>>;
  /** A registration for tests, the demonstration and the documentation. */
  readonly sample: Registration;
  /** The sections that a registration becomes, without `registrant` and `time`. */
  sectionsOf(registration: Registration, content: SeenContent | undefined): Sections;
  /** The first contradiction between a registration and its content. */
  contentMismatch(registration: Registration, content: SeenContent): ContentMismatch | undefined;
}
