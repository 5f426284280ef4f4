/**
 * What was started, to be stopped in reverse order; a failure to stop one part does not keep the
 * others.
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
