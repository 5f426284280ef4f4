import { equalBytes } from '../protocol/encoding/bytes.ts';
import type { Checkpoint } from '../protocol/note/checkpoint.ts';
import { type AuditProblem, contradiction } from './audit-problem.ts';
import type { RootAt } from './judge.ts';
import type { WitnessNote } from './witness-notes.ts';

/**
 * Keeps, by witness, the note that is ahead of what the auditor receives, until a later checkpoint
 * of the log contains it. A note that stays ahead for longer than the grace period was published to
 * the witness and is withheld from the auditor.
 */
export class WithheldNotes {
  readonly #pending = new Map<string, { readonly note: WitnessNote; readonly sinceSeconds: number }>();

  get notes(): WitnessNote[] {
    return [...this.#pending.values()].map(({ note }) => note);
  }

  /**
   * Takes the notes of one pass; `rootAt` gives the recomputed roots, undefined where none is
   * known.
   */
  update(
    received: Checkpoint,
    notes: readonly WitnessNote[],
    rootAt: RootAt,
    nowSeconds: number,
    graceSeconds: number,
  ): AuditProblem[] {
    const overdue = [...this.#pending.values()].filter(({ sinceSeconds }) => nowSeconds - sinceSeconds >= graceSeconds);
    for (const [name, { note }] of this.#pending) {
      if (isContained(note.checkpoint, received, rootAt)) this.#pending.delete(name);
    }
    for (const note of notes) {
      if (note.checkpoint.size <= received.size || this.#pending.has(note.name)) continue;
      this.#pending.set(note.name, { note, sinceSeconds: nowSeconds });
    }
    return overdue
      .filter(({ note }) => note.checkpoint.size > received.size)
      .map(({ note: { name, checkpoint } }) =>
        contradiction('log-rolled-back', `witness ${name}`, `>= ${checkpoint.size}`, received.size.toString()),
      );
  }
}

/** Whether the witness's checkpoint is of the tree that the received one extends. */
function isContained({ size, root }: Checkpoint, received: Checkpoint, rootAt: RootAt): boolean {
  const found = size === received.size ? received.root : rootAt(size);
  return size <= received.size && found !== undefined && equalBytes(found, root);
}
