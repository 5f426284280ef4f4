import type * as z from 'zod';
import type { AnyRegistration, KindView, SeenContent } from './view.ts';

/** A member of a registration that the uploaded content contradicts. */
export interface ContentMismatch {
  /** RFC 6901. */
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
}

/** How records of a kind are registered. */
export interface KindSchema<Registration extends AnyRegistration = AnyRegistration> {
  readonly view: KindView<Registration>;
  readonly registration: z.ZodType<Registration>;
  /** The same with an optional idempotency key of its own. */
  readonly batchLine: z.ZodType<Registration & { readonly idempotencyKey?: string | undefined }>;
  /** The form of each section's value. */
  readonly sections: Readonly<Record<string, z.ZodType>>;
  /** What may be typed for each look-up of the view. */
  readonly queries: Readonly<Record<string, z.ZodType<string>>>;
  /** A registration for tests, the demonstration and the documentation. */
  readonly sample: Registration;
  /** The first contradiction between a registration and its content. */
  contentMismatch(registration: Registration, content: SeenContent): ContentMismatch | undefined;
}
