/**
 * The whole body of an answer; rejects as soon as it is longer than anything that it could rightly
 * be.
 */
export async function readBounded(response: Response, limitBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > limitBytes) throw new Error(`the answer has more than ${limitBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}
