import { normalizeRecordNumber } from '../../kinds/record-number.ts';

/** What is looked up. */
export interface Wanted {
  readonly kind: 'number' | 'digest' | 'transaction';
  /** Canonical: a record number, 64 hex digits of SHA-256 or SM3, `0x` and 64 hex digits. */
  readonly value: string;
  /** The link that asked for it. */
  readonly link?: {
    /** Name and port of the host that it leads to; undefined: it has no address. */
    readonly host: string | undefined;
    /** The beginning of the SHA-256 that the record should have, as hex digits. */
    readonly digest: string | undefined;
  };
}

/** `NUMBER` or `NUMBER.` and the first 16 hex digits of the SHA-256. */
const FRAGMENT = /^([0-9A-Za-z-]{21,40})(?:\.([0-9a-f]{16}))?$/;

/**
 * What a link of a record asks for, whatever host it leads to, or the code of a certificate without
 * an address, which is number and digest. Undefined: it is neither; a bare number is neither.
 */
export function readRecordLink(text: string): Wanted | undefined {
  if (/\s/.test(text)) return undefined;
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const [, number, digest] = FRAGMENT.exec(url === undefined ? text : url.hash.slice(1)) ?? [];
  const value = number === undefined ? undefined : normalizeRecordNumber(number);
  if (value === undefined || (url ?? digest) === undefined) return undefined;
  return { kind: 'number', value, link: { host: url?.host, digest } };
}

/** What a QR code asks for: a link of a record, or a bare record number. */
export function readQrText(text: string): Wanted | undefined {
  const value = normalizeRecordNumber(text);
  return value === undefined ? readRecordLink(text) : { kind: 'number', value };
}
