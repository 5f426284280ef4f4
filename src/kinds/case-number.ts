/**
 * The form of a case or document number that look-ups compare: brackets and digits of full width
 * become half width, spaces go. Records keep the number as it was given.
 */
export function normalizeCaseNumber(number: string): string {
  return number
    .normalize('NFKC')
    .replaceAll(/\s/g, '')
    .replaceAll(/[〔［【[]/g, '(')
    .replaceAll(/[〕］】\]]/g, ')');
}
