import { joinBytes } from './bytes.ts';

/* The parts of an HTTP answer that every client reads. */

/** A body has more bytes than any valid one. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`the answer has more than ${limitBytes} bytes`);
    this.limitBytes = limitBytes;
  }
}

/** Reads the whole body. Throws `BodyTooLarge` as soon as it exceeds the limit. */
export async function readBoundedBody(
  { body }: { readonly body: AsyncIterable<Uint8Array> | null },
  limitBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > limitBytes) throw new BodyTooLarge(limitBytes);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

/**
 * The value of `Retry-After` in milliseconds; undefined without one, and for the form with a date.
 */
export function parseRetryAfter(header: string | null): number | undefined {
  return header !== null && /^[0-9]{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

/**
 * Whether an address is plain http or https: without credentials, query and fragment, so that a
 * path can be appended to it and no secret is in it.
 */
export function isPlainAddress(url: string): boolean {
  return /^https?:\/\/(?:[^\s/?#@\\[\]]+|\[[0-9a-f:.]+\](?::[0-9]+)?)(?:\/[^\s?#\\]*)?$/i.test(url);
}
