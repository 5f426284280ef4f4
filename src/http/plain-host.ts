/**
 * A host with its port as URLs spell it: in lower case, without the port that goes without saying.
 * Undefined for what is none.
 */
export function plainHost(host: string, isSecure: boolean): string | undefined {
  const url = `http${isSecure ? 's' : ''}://${host}`;
  return /^[\w.:[\]-]+$/.test(host) && URL.canParse(url) ? new URL(url).host : undefined;
}
