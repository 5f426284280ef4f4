/** The body of an answer is longer than any valid one. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';

  constructor(limitBytes: number) {
    super(`the answer has more than ${limitBytes} bytes`);
  }
}

/** Reads the whole body. Throws `BodyTooLarge` as soon as it exceeds the limit. */
export async function readBody(response: Response, limitBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > limitBytes) throw new BodyTooLarge(limitBytes);
    parts.push(part);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}
