import type * as z from 'zod';
import type { AnyRegistration, KindView, RegistrableView, SeenContent } from './view.ts';

/** A member of a registration that the uploaded content contradicts. */
export interface ContentMismatch {
  /** RFC 6901. */
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
}

/** The forms of what records of a kind consist of. */
export interface KindSchema {
  readonly view: KindView;
  /** The form of each section's value. */
  readonly sections: Readonly<Record<string, z.ZodType>>;
  /** What may be typed for each look-up of the view. */
  readonly queries: Readonly<Record<string, z.ZodType<string>>>;
}

/** How records of a kind are registered. */
export interface RegistrableSchema<Registration extends AnyRegistration = AnyRegistration> extends KindSchema {
  readonly view: RegistrableView<Registration>;
  readonly registration: z.ZodType<Registration>;
  /** The same with an optional idempotency key of its own. */
  readonly batchLine: z.ZodType<Registration & { readonly idempotencyKey?: string | undefined }>;
  /** A registration for tests, the demonstration and the documentation. */
  readonly sample: Registration;
  /** The first contradiction between a registration and its content. */
  contentMismatch(registration: Registration, content: SeenContent): ContentMismatch | undefined;
}

/** Whether clients register records of the kind: it has routes for that. */
export function isRegistrable(schema: KindSchema): schema is RegistrableSchema {
  return 'registration' in schema;
}
