import type { JsonObject } from '../protocol/encoding/json.ts';
import type { AuditStore } from './ports.ts';

/** Upper limit of what is kept in memory while the store fails. */
const MAX_PENDING = 10;

/**
 * Evidence of a watch that is not stored yet. It is kept in memory until the store takes it: what a
 * log has shown once it may not show again.
 */
export class EvidenceQueue {
  readonly #store: AuditStore;
  readonly #pending: JsonObject[] = [];

  constructor(store: AuditStore) {
    this.#store = store;
  }

  add(evidence: JsonObject): void {
    if (this.#pending.length < MAX_PENDING) this.#pending.push(evidence);
  }

  /**
   * Stores what is pending; rejects as the store does, and then keeps the rest. `onStored` gets
   * each name, undefined where the store is full.
   */
  async flush(onStored: (name: string | undefined) => void): Promise<void> {
    while (this.#pending.length > 0) {
      onStored(await this.#store.addEvidence(this.#pending[0]!));
      this.#pending.shift();
    }
  }
}
