import { Session } from 'node:inspector';

/** Which blocks of the watched sources ran, asked of the engine itself. */
export class Coverage {
  readonly #session = new Session();
  readonly #isWatched: (url: string) => boolean;

  constructor(isWatched: (url: string) => boolean) {
    this.#isWatched = isWatched;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Those that ran since the last call. */
  take(): Set<string> {
    const blocks = new Set<string>();
    // within one thread the answer comes before `post` returns
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      for (const { url, functions } of result.filter((script) => this.#isWatched(script.url))) {
        for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
          if (count > 0) blocks.add(`${url}:${startOffset}-${endOffset}`);
        }
      }
    });
    return blocks;
  }
}
