/**
 * The form of a case or document number that look-ups compare: full-width brackets and digits
 * become half-width, white space is removed. Records keep the number as it was given.
 */
export function normalizeCaseNumber(number: string): string {
  return number
    .normalize('NFKC')
    .replaceAll(/\s/g, '')
    .replaceAll(/[〔［【[]/g, '(')
    .replaceAll(/[〕］】\]]/g, ')');
}
