import type { JsonObject } from '../protocol/encoding/json.ts';
import { writeEvidence } from '../cli/tasks/audit-state-file.ts';
import type { PathBytes } from '../adapters/files/path-bytes.ts';

/** So much is kept for a disk that takes nothing. */
const MAX_DUE = 10;

/**
 * What a watch has gathered against a log, until it is written: what was shown once may not be
 * shown again.
 */
export class WatchEvidence {
  readonly #state: PathBytes;
  readonly #due: JsonObject[] = [];

  constructor(state: PathBytes) {
    this.#state = state;
  }

  add(evidence: JsonObject): void {
    if (this.#due.length < MAX_DUE) this.#due.push(evidence);
  }

  /**
   * Told of each file that was written, undefined where too many lie there. What could not be
   * written is due still when this rejects.
   */
  async write(onWritten: (file: string | undefined) => void): Promise<void> {
    while (this.#due.length > 0) {
      onWritten(await writeEvidence(this.#state, this.#due[0]!));
      this.#due.shift();
    }
  }
}
