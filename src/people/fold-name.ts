/**
 * A sign-in name as names are compared: compatibility forms (full-width letters), letter case and
 * spaces at the ends do not count.
 */
export function foldName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
