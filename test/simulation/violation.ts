/** A broken invariant of the ledger, by its name. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

export function requireInvariant(holds: boolean, invariant: string, message: string): asserts holds {
  if (!holds) throw new Violation(invariant, message);
}
