/** The answer has more bytes than `limitBytes`. */
export class BodyTooLong extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`the answer has more than ${limitBytes} bytes`);
    this.limitBytes = limitBytes;
  }
}

/**
 * The whole body of an answer; rejects as soon as it is longer than anything that it could rightly
 * be.
 */
export async function readBounded(response: Response, limitBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > limitBytes) throw new BodyTooLong(limitBytes);
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}
