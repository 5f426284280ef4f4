import { z } from 'zod';

/**
 * What a chain process reports to its parent over the IPC channel, or to a person on stderr.
 */
export const ChainReport = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('replaying'), blocks: z.int(), total: z.int() }),
  z.strictObject({
    type: z.literal('ready'),
    url: z.string(),
    port: z.int(),
    blocks: z.int(),
    replayMs: z.int(),
    /** Bytes of a torn last line of the journal that were cut; 0 after a clean end. */
    tornBytes: z.int(),
  }),
  z.strictObject({
    type: z.literal('failed'),
    code: z.string(),
    text: z.strictObject({ zh: z.string(), en: z.string() }),
  }),
]);

export type ChainReport = z.infer<typeof ChainReport>;
