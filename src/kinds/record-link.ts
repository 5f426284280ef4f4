/** Hex digits of the SHA-256 in a link, which people compare with the printed digest. */
const DIGEST_DIGITS = 16;

/**
 * The address that shows a record on a verify page, as links and QR codes have it: number and the
 * beginning of the digest stand in the fragment, which no server sees. Without the address of a
 * page it is the fragment alone, without `#`.
 */
export function recordLink(verifyUrl: string | undefined, number: string, sha256: string | undefined): string {
  const address = verifyUrl === undefined ? '' : `${verifyUrl}#`;
  const digest = sha256 === undefined ? '' : `.${sha256.slice(0, DIGEST_DIGITS)}`;
  return `${address}${number}${digest}`;
}
