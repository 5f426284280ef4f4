/** Hex digits of the SHA-256 in a link, which people compare with the printed digest. */
const DIGEST_DIGITS = 16;

/**
 * The address that shows a record on a verify page, as links and QR codes have it: number and the
 * beginning of the digest stand in the fragment, which no server sees.
 */
export function recordLink(verifyUrl: string, number: string, sha256: string | undefined): string {
  const digest = sha256 === undefined ? '' : `.${sha256.slice(0, DIGEST_DIGITS)}`;
  return `${verifyUrl}#${number}${digest}`;
}
