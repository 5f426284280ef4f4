/**
 * What pages and the verifier of one file have in the place of `@scure/base`, of which they would
 * use a tenth: the same three codecs by what every platform has. Each throws where the other one
 * does; base64 that is not canonical is refused by its caller, which encodes again.
 */

export const utf8 = {
  decode(text: string): Uint8Array {
    encodeURIComponent(text); // throws for a lone surrogate
    return new TextEncoder().encode(text);
  },
  encode: (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
};

export const hex = {
  decode: (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
  encode: (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
};

export const base64 = {
  decode: (text: string): Uint8Array => Uint8Array.from(atob(text), (one) => one.codePointAt(0)!),
  encode: (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('')),
};
