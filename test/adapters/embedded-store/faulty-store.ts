import { LedgerError } from '../../../src/text/ledger-error.ts';
import type { Head } from '../../../src/log/model.ts';
import type { Store } from '../../../src/log/ports.ts';

/**
 * The calls of the port that can fail. The others (`head`, `published`, `anchorCount`,
 * `openAnchors`) hand out what every store holds in memory.
 */
export const FALLIBLE_CALLS = [
  'commit',
  'publish',
  'saveAnchor',
  'record',
  'indexOfId',
  'indexOfNumber',
  'indexesOf',
  'newestIndexesOf',
  'marked',
  'tile',
  'bundle',
  'publishedAt',
  'anchor',
  'finalAnchorFrom',
  'close',
] as const satisfies readonly (keyof Store)[];

export type FallibleCall = (typeof FALLIBLE_CALLS)[number];

/** `before`: nothing was done; `after`: it was done, and reported as failed. */
export type Way = 'before' | 'after';

export interface Fault {
  readonly call: FallibleCall;
  /** Counts from 0: the n-th of these calls fails. */
  readonly occurrence: number;
  readonly way: Way;
}

type Calls = { readonly [Call in FallibleCall]: Store[Call] };

const WRITES: readonly FallibleCall[] = ['commit', 'publish', 'saveAnchor'];

/**
 * A store in which one call fails. After a failed write it answers reads from the state before, and
 * refuses all writes, as the port states; its true content shows when it is opened again without
 * this wrapper.
 */
export class FaultyStore implements Store, Calls {
  readonly #inner: Store;
  readonly #fault: Fault | undefined;
  /** How often each was called. */
  readonly counts = new Map<FallibleCall, number>();
  #failure: LedgerError | undefined;
  /** The state at the time when the write failed. */
  #frozen: Pick<Store, 'head' | 'published' | 'anchorCount' | 'openAnchors'> | undefined;

  readonly commit: Store['commit'] = (...args) => this.#call('commit', () => this.#inner.commit(...args));
  readonly publish: Store['publish'] = (...args) => this.#call('publish', () => this.#inner.publish(...args));
  readonly saveAnchor: Store['saveAnchor'] = (...args) =>
    this.#call('saveAnchor', () => this.#inner.saveAnchor(...args));
  readonly record: Store['record'] = (...args) => this.#call('record', () => this.#inner.record(...args));
  readonly indexOfId: Store['indexOfId'] = (...args) => this.#call('indexOfId', () => this.#inner.indexOfId(...args));
  readonly indexOfNumber: Store['indexOfNumber'] = (...args) =>
    this.#call('indexOfNumber', () => this.#inner.indexOfNumber(...args));
  readonly indexesOf: Store['indexesOf'] = (...args) => this.#call('indexesOf', () => this.#inner.indexesOf(...args));
  readonly newestIndexesOf: Store['newestIndexesOf'] = (...args) =>
    this.#call('newestIndexesOf', () => this.#inner.newestIndexesOf(...args));
  readonly marked: Store['marked'] = (...args) => this.#call('marked', () => this.#inner.marked(...args));
  readonly tile: Store['tile'] = (...args) => this.#call('tile', () => this.#inner.tile(...args));
  readonly bundle: Store['bundle'] = (...args) => this.#call('bundle', () => this.#inner.bundle(...args));
  readonly publishedAt: Store['publishedAt'] = (...args) =>
    this.#call('publishedAt', () => this.#inner.publishedAt(...args));
  readonly anchor: Store['anchor'] = (...args) => this.#call('anchor', () => this.#inner.anchor(...args));
  readonly finalAnchorFrom: Store['finalAnchorFrom'] = (...args) =>
    this.#call('finalAnchorFrom', () => this.#inner.finalAnchorFrom(...args));
  readonly close: Store['close'] = () => this.#call('close', () => this.#inner.close());

  constructor(inner: Store, fault?: Fault) {
    this.#inner = inner;
    this.#fault = fault;
  }

  /** Whether a write has failed: the program would end itself now. */
  get hasStopped(): boolean {
    return this.#failure !== undefined;
  }

  head(): Head {
    return this.#serving.head();
  }

  published(): ReturnType<Store['published']> {
    return this.#serving.published();
  }

  anchorCount(): number {
    return this.#serving.anchorCount();
  }

  openAnchors(): ReturnType<Store['openAnchors']> {
    return this.#serving.openAnchors();
  }

  get #serving(): Pick<Store, 'head' | 'published' | 'anchorCount' | 'openAnchors'> {
    return this.#frozen ?? this.#inner;
  }

  async #call<T>(call: FallibleCall, run: () => Promise<T>): Promise<T> {
    const isWrite = WRITES.includes(call);
    if (isWrite && this.#failure !== undefined) throw this.#failure;
    const occurrence = this.counts.get(call) ?? 0;
    this.counts.set(call, occurrence + 1);
    const fault = this.#fault;
    if (fault?.call !== call || fault.occurrence !== occurrence) return run();
    const reason = `${call} ${occurrence} fails ${fault.way} it took effect`;
    const failure = new LedgerError('store-failed', { reason: { zh: reason, en: reason } });
    if (isWrite) this.#stop(failure);
    if (fault.way === 'after') await run();
    throw failure;
  }

  #stop(failure: LedgerError): void {
    this.#failure = failure;
    const [head, published, count, open] = [
      this.#inner.head(),
      this.#inner.published(),
      this.#inner.anchorCount(),
      this.#inner.openAnchors(),
    ];
    this.#frozen = { head: () => head, published: () => published, anchorCount: () => count, openAnchors: () => open };
  }
}
