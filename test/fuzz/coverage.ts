import { Session } from 'node:inspector';

/** Which blocks of the watched sources run, asked of the engine itself. */
export class Coverage {
  readonly #session = new Session();
  readonly #isWatched: (url: string) => boolean;
  readonly #reached = new Set<string>();

  constructor(isWatched: (url: string) => boolean) {
    this.#isWatched = isWatched;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    // with counts each question would take a hundred times longer
    this.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
  }

  /** How many blocks ran since the last call that never ran before. */
  takeNew(): number {
    const before = this.#reached.size;
    // within one thread the answer comes before `post` returns
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      for (const { url, functions } of result.filter((script) => this.#isWatched(script.url))) {
        for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
          if (count > 0) this.#reached.add(`${url}:${startOffset}-${endOffset}`);
        }
      }
    });
    return this.#reached.size - before;
  }
}
