import { z } from 'zod';

/**
 * What a chain process tells whoever runs it: its parent over the IPC channel, a person on stderr.
 */
export const ChainReport = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('replaying'), blocks: z.int(), total: z.int() }),
  z.strictObject({
    type: z.literal('ready'),
    url: z.string(),
    port: z.int(),
    blocks: z.int(),
    replayMs: z.int(),
    /** Bytes of a torn last line of the journal that were cut; 0 when the last end was clean. */
    tornBytes: z.int(),
  }),
  z.strictObject({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

export type ChainReport = z.infer<typeof ChainReport>;
