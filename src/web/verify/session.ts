import type { Service } from '../../client/http.ts';
import type { Dropped } from './dropped-files.ts';
import type { HashProblem } from './hash-file.ts';
import type { HeldEvidence } from './held.ts';
import type { PageJudge } from './judging.ts';
import { PartMissing } from './part.ts';
import { PARTS } from './parts.ts';
import type { Result } from './result.ts';
import type { SessionState } from './session-state.ts';
import type { Typed } from './typed.ts';

const EMPTY: SessionState = {
  evidence: [],
  receipts: [],
  trust: undefined,
  results: [],
  verifiedAt: undefined,
  isBusy: false,
  isPartMissing: false,
  isNothing: false,
};

/**
 * One verification: takes files, hashes the evidence one after another, and judges when all of it
 * is read. Whatever is given later begins the judgement again.
 */
export class Session {
  readonly #service: Service | undefined;
  readonly #onChange: (state: SessionState) => void;
  static readonly empty = EMPTY;
  #state = EMPTY;
  #keys = 0;
  readonly #aborts = new Map<number, AbortController>();
  #hashing: Promise<void> = Promise.resolve();
  /** Counts what was cleared: what was begun before is of nobody's interest any more. */
  #epoch = 0;
  /** Counts judgements: only the newest one is shown. */
  #round = 0;

  constructor(service: Service | undefined, onChange: (state: SessionState) => void) {
    this.#service = service;
    this.#onChange = onChange;
  }

  /** Takes files of any kind; all are classified before the first one is hashed. */
  async take({ files, unreadable }: Dropped): Promise<void> {
    const epoch = this.#epoch;
    this.#round++;
    await this.#work(async () => {
      this.#update({ isNothing: files.length + unreadable.length === 0 });
      const { classify } = await PARTS.materials.load();
      const materials = await Promise.all(files.map(classify));
      if (epoch !== this.#epoch) return;
      for (const material of materials) {
        if (material.kind === 'evidence') this.#queue(material.name, material.file);
        else if (material.kind === 'trust') this.#update({ trust: { name: material.name, content: material.trust } });
        else {
          const { name, content } = material;
          this.#update({ receipts: [...this.#state.receipts, { key: ++this.#keys, name, content }] });
        }
      }
      for (const name of unreadable) this.#hold({ name, sizeBytes: 0, doneBytes: 0, ...failed('file-unreadable') });
      await this.#judgeAll();
    });
  }

  /** Looks up what was typed. */
  async lookUp(typed: Typed & { readonly value: string }): Promise<void> {
    this.clear();
    await this.#work(() => this.#judge((judge) => judge.judgeTyped(typed)));
  }

  cancel(key: number): void {
    this.#aborts.get(key)?.abort();
  }

  /** Forgets everything but the trust file. */
  clear(): void {
    for (const abort of this.#aborts.values()) abort.abort();
    this.#aborts.clear();
    this.#epoch++;
    this.#round++;
    this.#state = { ...EMPTY, trust: this.#state.trust };
    this.#onChange(this.#state);
  }

  #queue(name: string, file: File): void {
    const key = this.#hold({ name, sizeBytes: file.size, doneBytes: 0 });
    const abort = new AbortController();
    this.#aborts.set(key, abort);
    this.#hashing = this.#hash(this.#hashing, key, file, abort.signal);
  }

  /** Keeps a file, and returns its key. */
  #hold(one: Omit<HeldEvidence, 'key'>): number {
    const key = ++this.#keys;
    this.#update({ evidence: [...this.#state.evidence, { key, ...one }] });
    return key;
  }

  /** Hashes a file when the one before it is done. */
  async #hash(before: Promise<void>, key: number, file: File, signal: AbortSignal): Promise<void> {
    const { hashFile } = await PARTS.hashing.load();
    await before;
    this.#change(key, { startedAtMs: performance.now() });
    const digests = await hashFile(file, (doneBytes) => this.#change(key, { doneBytes }), signal);
    this.#change(key, 'problem' in digests ? failed(digests.problem) : { doneBytes: digests.size, compared: digests });
  }

  async #judgeAll(): Promise<void> {
    const round = ++this.#round;
    await this.#hashing;
    if (round !== this.#round) return;
    const { evidence, receipts } = this.#state;
    await this.#judge((judge) => judge.judgeGiven(evidence, receipts));
  }

  async #judge(judgeBy: (judge: PageJudge) => Promise<Result[]>): Promise<void> {
    const round = this.#round;
    this.#update({ isBusy: true });
    const [{ PageJudge }] = await Promise.all([PARTS.judging.load(), PARTS.results.load()]);
    const results = await judgeBy(new PageJudge(this.#service, this.#state.trust?.content));
    if (round !== this.#round) return;
    this.#update({ results, verifiedAt: new Date(), isBusy: false });
  }

  /** Shows that the page is at work, and what keeps it from it. */
  async #work(work: () => Promise<void>): Promise<void> {
    this.#update({ isBusy: true, isPartMissing: false });
    try {
      await work();
    } catch (error) {
      this.#update({ isBusy: false, isPartMissing: error instanceof PartMissing });
      if (!(error instanceof PartMissing)) throw error;
    }
  }

  #change(key: number, changes: Partial<HeldEvidence>): void {
    const evidence = this.#state.evidence.map((one) => (one.key === key ? { ...one, ...changes } : one));
    this.#update({ evidence });
  }

  #update(changes: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#onChange(this.#state);
  }
}

/** A file that was not read to its end was not compared, whatever the reason. */
function failed(problem: HashProblem): Pick<HeldEvidence, 'problem' | 'compared'> {
  return { problem, compared: { problem: problem === 'file-changed' ? problem : 'file-unreadable' } };
}
