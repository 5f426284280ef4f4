/**
 * The steps that undo what was started, run in reverse order. A step that fails does not keep the
 * others from running.
 */
export class CleanupStack {
  readonly #steps: (() => void | Promise<void>)[] = [];

  push(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      await Promise.resolve()
        .then(step)
        .catch(() => {}); // it is being thrown away
    }
  }
}
