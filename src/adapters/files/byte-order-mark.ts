/**
 * A text as UTF-8 without a byte order mark, as editors and shells of Windows write one: a text
 * that begins with that of UTF-16 is converted. RFC 8259 section 8.1 lets a parser ignore the mark.
 */
export function asUtf8(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (!isLittle && !isBig) return bytes;
  const units = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)));
  return Buffer.from((isBig ? units.swap16() : units).toString('utf16le'));
}
