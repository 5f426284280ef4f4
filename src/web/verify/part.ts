/** A part of the page cannot be loaded: the service is gone, or has another version by now. */
export class PartMissing extends Error {}

/** A part of the page's program that is loaded when it is first needed, once. */
export class Part<T> {
  readonly #import: () => Promise<T>;
  #loading: Promise<T> | undefined;
  /** Undefined until it is loaded. */
  loaded: T | undefined;

  constructor(importPart: () => Promise<T>) {
    this.#import = importPart;
  }

  /** Rejects with `PartMissing`; the next call tries again. */
  async load(): Promise<T> {
    this.#loading ??= this.#import();
    try {
      return (this.loaded = await this.#loading);
    } catch (error) {
      this.#loading = undefined;
      throw new PartMissing('a part of the page cannot be loaded', { cause: error });
    }
  }
}
