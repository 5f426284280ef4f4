/**
 * Decodes Snappy's raw format: the length as a varint, then literals and copies of earlier output.
 * Undefined where the bytes are not in that format, or would decode to more than `limitBytes`. Only
 * for index blocks of tables, which state where the other blocks lie.
 */
export function snappyDecode(bytes: Buffer, limitBytes: number): Buffer | undefined {
  const length = readVarint(bytes, 0);
  if (length === undefined || length.value > limitBytes) return undefined;
  const decoded = Buffer.alloc(length.value);
  let [at, end] = [length.next, 0];
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    const isLiteral = (tag & 3) === 0;
    const { size, offset, extra } = isLiteral ? literal(tag, bytes, at) : copy(tag, bytes, at);
    at += extra;
    if (end + size > decoded.length || at > bytes.length) return undefined;
    if (isLiteral) {
      if (at + size > bytes.length) return undefined;
      decoded.set(bytes.subarray(at, at + size), end);
      at += size;
    } else {
      if (offset < 1 || offset > end) return undefined;
      // a copy may overlap with itself
      for (let i = end; i < end + size; i++) decoded[i] = decoded[i - offset]!;
    }
    end += size;
  }
  return end === decoded.length ? decoded : undefined;
}

interface Element {
  readonly size: number;
  readonly offset: number;
  /** Bytes after the tag. */
  readonly extra: number;
}

function literal(tag: number, bytes: Buffer, at: number): Element {
  const short = tag >>> 2;
  if (short < 60) return { size: short + 1, offset: 0, extra: 0 };
  return { size: littleEndian(bytes, at, short - 59) + 1, offset: 0, extra: short - 59 };
}

function copy(tag: number, bytes: Buffer, at: number): Element {
  if ((tag & 3) === 1) {
    return { size: ((tag >>> 2) & 7) + 4, offset: ((tag >>> 5) << 8) | (bytes[at] ?? 0), extra: 1 };
  }
  const extra = (tag & 3) === 2 ? 2 : 4;
  return { size: (tag >>> 2) + 1, offset: littleEndian(bytes, at, extra), extra };
}

function littleEndian(bytes: Buffer, at: number, count: number): number {
  return at + count > bytes.length ? Infinity : bytes.readUIntLE(at, count);
}

/**
 * Reads a varint (LEB128), as Snappy and LevelDB write lengths; undefined where it does not end or
 * is too large for a number.
 */
export function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 7; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}
