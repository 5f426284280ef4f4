import type { NoteSignature } from '../protocol/note/note.ts';
import { cosignersOf, ownNote, withCosignatures } from './cosigned-note.ts';
import type { PublishedCheckpoint } from './model.ts';
import type { Store } from './ports.ts';
import { TIMEOUT_MS, type WitnessSession } from './witness-session.ts';

export interface PublisherParts {
  readonly store: Store;
  /** In the order of the policy; none where no witnesses are configured. */
  readonly sessions: readonly WitnessSession[];
  /** Resolves after that many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** A checkpoint that is published already has more cosignatures now. */
  readonly onRepublished: (size: bigint) => void;
}

/**
 * Publishes the newest committed checkpoint, durable first, with the cosignatures that arrived in
 * time. Only published checkpoints are anchored. All writes happen within `step`: a cosignature
 * that arrives late is added by the next step.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #arrived = new Map<bigint, NoteSignature[]>();
  readonly #failures: unknown[] = [];

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /**
   * To be called about once a second, one call at a time. Rejects where the store does, or where a
   * proof for a witness cannot be read.
   */
  async step(mayAskWitnesses: boolean): Promise<void> {
    const { store } = this.#parts;
    const { size, note } = store.head();
    const published = store.published();
    if (published === undefined || published.size < size) {
      if (mayAskWitnesses) await this.#gather({ size, note });
      // A crash before the store's frame is durable leaves the older checkpoint published; after
      // it, the new one. Witnesses may have cosigned it by then: it is committed, so it cannot be
      // lost, and the next start publishes it.
      await store.publish({ size, note: this.#noted(note, this.#take(size)) });
    }
    await this.#addLate(); // first, so that witnesses that have answered are not asked again
    if (mayAskWitnesses) this.#askAgain(store.published()!);
    if (this.#failures.length > 0) throw this.#failures.shift();
  }

  /** Asks all witnesses at once; does not wait for those that were silent or late last time. */
  async #gather(checkpoint: PublishedCheckpoint): Promise<void> {
    const prompt = this.#parts.sessions.filter(({ isPrompt }) => isPrompt);
    const asked = prompt.map((session) => this.#ask(session, checkpoint));
    if (asked.length > 0) await Promise.race([Promise.all(asked), this.#parts.sleep(TIMEOUT_MS)]);
  }

  /** Asks witnesses that have not cosigned the published checkpoint, or not for a long time. */
  #askAgain({ size, note }: PublishedCheckpoint): void {
    const { sessions } = this.#parts;
    const free = sessions.filter(({ isFree }) => isFree);
    if (free.length === 0) return;
    const present = cosignersOf(note, this.#keys);
    const due = free.filter((session) => session.isStale || !present.has(session.cosigner.key));
    for (const session of due) void this.#ask(session, { size, note: ownNote(note) });
  }

  /** Never rejects. */
  async #ask(session: WitnessSession, checkpoint: PublishedCheckpoint): Promise<void> {
    try {
      const line = await session.cosign(checkpoint);
      if (line === undefined) return;
      this.#arrived.set(checkpoint.size, [line, ...(this.#arrived.get(checkpoint.size) ?? [])]);
    } catch (error) {
      this.#failures.push(error); // thrown by the step
    }
  }

  async #addLate(): Promise<void> {
    const { store, onRepublished } = this.#parts;
    for (const size of this.#arrived.keys()) {
      const published = await store.publishedAt(size);
      if (published === undefined) continue; // the next step publishes it
      await store.publish({ size, note: this.#noted(published.note, this.#take(size)) });
      onRepublished(size);
    }
  }

  #take(size: bigint): readonly NoteSignature[] {
    const lines = this.#arrived.get(size) ?? [];
    this.#arrived.delete(size);
    return lines;
  }

  #noted(note: string, lines: readonly NoteSignature[]): string {
    return lines.length === 0 ? note : withCosignatures(note, lines, this.#keys);
  }

  get #keys() {
    return this.#parts.sessions.map(({ cosigner }) => cosigner.key);
  }
}
