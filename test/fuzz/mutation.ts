/** One change to some bytes. Places are fractions, so that a change fits inputs of any length. */
export interface Edit {
  readonly kind: 'flip' | 'set' | 'remove' | 'repeat' | 'insert' | 'splice' | 'number';
  /** 0 to 1. */
  readonly at: number;
  /** 0 to 1. */
  readonly extent: number;
  /** 0 to 255. */
  readonly value: number;
}

export const EDIT_KINDS: readonly Edit['kind'][] = ['flip', 'set', 'remove', 'repeat', 'insert', 'splice', 'number'];
const MAX_BYTES = 64 * 1024;

/** What readers of text trip over. */
const TOKENS = [
  '\n',
  '\n\n',
  '\r\n',
  '\0',
  ' ',
  '"',
  '\\u0000',
  '\\ud800',
  '\ufeff',
  '\u2014 ',
  '\u0085',
  '😀',
  '\xc3',
  '+',
  '-',
  '-0',
  '0x',
  '0X',
  '00',
  '1e309',
  '1.5',
  '9007199254740993',
  '18446744073709551616',
  '=',
  '==',
  '{}',
  '[]',
  'null',
  ',',
  ':',
  '{"a":',
  '[',
  ']',
  '}',
  '"__proto__":1,',
  '"toJSON":1,',
  '.p/',
  'x000/',
] as const;

/** The bytes after all edits, one after the other; `others` are what splices come from. */
export function edited(bytes: Uint8Array, edits: readonly Edit[], others: readonly Uint8Array[]): Uint8Array {
  let buffer = Buffer.from(bytes);
  for (const edit of edits) buffer = Buffer.from(apply(buffer, edit, others).subarray(0, MAX_BYTES));
  return buffer;
}

function apply(bytes: Buffer, { kind, at, extent, value }: Edit, others: readonly Uint8Array[]): Buffer {
  const begin = Math.floor(at * (bytes.length + 1));
  const end = Math.min(bytes.length, begin + 1 + Math.floor(extent * extent * 64));
  const replaced = (middle: Uint8Array, from = begin, to = from) =>
    Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);
  switch (kind) {
    case 'flip':
      return replaced(
        bytes.subarray(begin, begin + 1).map((byte) => byte ^ (1 << (value & 7))),
        begin,
        begin + 1,
      );
    case 'set':
      return replaced(Buffer.of(value), begin, begin + 1);
    case 'remove':
      return replaced(Buffer.alloc(0), begin, end);
    case 'repeat':
      return replaced(Buffer.concat(Array.from({ length: 1 + (value & 15) }, () => bytes.subarray(begin, end))));
    case 'insert':
      return replaced(Buffer.from(TOKENS[value % TOKENS.length]!));
    case 'splice': {
      const other = others[value % others.length] ?? bytes;
      const from = Math.floor(extent * other.length);
      return replaced(other.subarray(from, from + 1 + ((value * 7) & 127)), begin, end);
    }
    default: {
      const digits = /[0-9]+/g;
      digits.lastIndex = begin;
      const found = digits.exec(bytes.toString('latin1'));
      if (found === null) return bytes;
      return replaced(Buffer.from(String(TOKENS[15 + (value % 8)])), found.index, found.index + found[0].length);
    }
  }
}
