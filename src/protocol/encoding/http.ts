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

/** What the lines of a body may be at most. */
export interface LineLimits {
  /** Empty ones included. */
  readonly count: number;
  readonly lengthBytes: number;
}

const NEWLINE = 0x0a;

/**
 * Reads the whole body. Throws `BodyTooLarge` as soon as it exceeds the limit, or has more lines or
 * a longer one than it may have.
 */
export async function readBoundedBody(
  { body }: { readonly body: AsyncIterable<Uint8Array> | null },
  limitBytes: number,
  lines?: LineLimits,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const requireLines = lines === undefined ? () => {} : lineCheck(lines);
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > limitBytes) throw new BodyTooLarge(limitBytes);
    requireLines(chunk);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

/** Takes the chunks of one body; throws `BodyTooLarge` at the first that breaks a limit. */
function lineCheck({ count, lengthBytes }: LineLimits): (chunk: Uint8Array) => void {
  let [ended, begun] = [0, 0];
  return (chunk) => {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      ended++;
      begun += end - begin;
      if (ended > count || begun > lengthBytes) throw new BodyTooLarge(count * lengthBytes);
      begun = 0;
      begin = end + 1;
    }
    begun += chunk.length - begin;
    if (begun > lengthBytes || (begun > 0 && ended === count)) throw new BodyTooLarge(count * lengthBytes);
  };
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
