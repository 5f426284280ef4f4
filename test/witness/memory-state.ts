import { LedgerError } from '../../src/text/ledger-error.ts';
import type { CosignedCheckpoint, RegisteringState } from '../../src/witness/ports.ts';

/** A state that forgets everything when it is dropped: the plainest reading of the port. */
export class MemoryWitnessState implements RegisteringState {
  readonly #places = new Map<string, CosignedCheckpoint | undefined>();

  async register(origin: string): Promise<void> {
    if (!this.#places.has(origin)) this.#places.set(origin, undefined);
  }

  async latest(origin: string): Promise<CosignedCheckpoint | undefined> {
    if (!this.#places.has(origin)) throw new LedgerError('state-missing', { file: origin });
    return this.#places.get(origin);
  }

  async advance(origin: string, expectedSize: bigint, next: CosignedCheckpoint): Promise<boolean> {
    if (!this.#places.has(origin)) throw new LedgerError('state-missing', { file: origin });
    if ((this.#places.get(origin)?.size ?? 0n) !== expectedSize) return false;
    this.#places.set(origin, next);
    return true;
  }
}
