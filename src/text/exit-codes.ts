/**
 * Exit codes of the program other than those of the verdicts (`VERDICT_EXIT`); 1 comes from a
 * verdict alone.
 */
export const EXIT = {
  ok: 0,
  usage: 2,
  notFound: 3,
  pending: 4,
  inconsistent: 5,
  indeterminate: 6,
  notAllowed: 7,
  batchWithFailures: 8,
  ledgerMissing: 10,
  ledgerLocked: 11,
  wrongKey: 12,
  internal: 70,
  interrupted: 130,
} as const;
