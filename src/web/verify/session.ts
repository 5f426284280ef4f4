import { VERIFY_PAGE } from '../../text/verify-page.ts';
import { VERIFY_SERVICE } from '../../text/verify-service.ts';
import type { Dropped } from './dropped-files.ts';
import type { HashProblem } from './hash-file.ts';
import type { HeldEvidence, HeldReceipt } from './held.ts';
import type { PageJudge } from './judging.ts';
import type { Material } from './materials.ts';
import { PartMissing } from './part.ts';
import { PARTS } from './parts.ts';
import { readQrText, type Wanted } from './record-link.ts';
import type { Result } from './result.ts';
import { EMPTY, type SessionState } from './session-state.ts';
import { usedOf, withTrusts, withUsed } from './trust-choice.ts';
import { watchedService } from './watch-service.ts';

/**
 * One verification: takes files, hashes the evidence one after another, and judges when all of it
 * is read. Whatever is given later begins the judgement again.
 */
export class Session {
  readonly #serviceUrl: string | undefined;
  readonly #onChange: (state: SessionState) => void;
  #state = EMPTY;
  #keys = 0;
  /** Files to be hashed, in their order, each until it is. */
  readonly #waiting = new Map<number, { readonly file: File; readonly abort: AbortController }>();
  #hashing: Promise<void> | undefined;
  #judging = new AbortController();
  /** Counts what was cleared: what was begun before is of nobody's interest any more. */
  #epoch = 0;
  /** Counts judgements: only the newest one is shown. */
  #round = 0;

  /** `serviceUrl`: undefined where nobody is asked. */
  constructor(serviceUrl: string | undefined, onChange: (state: SessionState) => void) {
    this.#serviceUrl = serviceUrl;
    this.#onChange = onChange;
  }

  /**
   * Takes files of any kind, which may still be listed; all are classified before the first one is
   * hashed. A single picture that holds a QR code of ours asks for its record; every other picture
   * is evidence.
   */
  async take(given: Dropped | Promise<Dropped>): Promise<void> {
    const epoch = this.#epoch;
    this.#round++;
    this.#update({ isBusy: true });
    const { files, unreadable } = await given;
    if (epoch !== this.#epoch) return;
    const [picture] = files;
    if (picture !== undefined && files.length === 1 && unreadable.length === 0 && isEmpty(this.#state)) {
      if (await this.#lookUpPicture(picture)) return;
    }
    await this.takeAsFiles({ files, unreadable });
  }

  /** Takes files as `take` does; pictures are evidence. */
  async takeAsFiles({ files, unreadable }: Dropped): Promise<void> {
    const epoch = this.#epoch;
    const { wanted, picture, results } = this.#state;
    this.#round++;
    await this.#work(async () => {
      this.#update({ results: [] });
      if (files.length + unreadable.length === 0) this.#update({ notice: VERIFY_PAGE.nothingGiven });
      const { classifyAll } = await PARTS.materials.load();
      const materials = await classifyAll(files);
      if (epoch !== this.#epoch) return;
      if (wanted !== undefined) {
        if (materials.length > 0 && materials.every(({ kind }) => kind === 'trust')) {
          this.#takeTrusts(materials);
          const { notice } = this.#state;
          await this.lookUp(wanted, picture);
          this.#update({ notice });
          return;
        }
        this.clear();
        this.#update({ isBusy: true });
        // the record that was looked up is what the file is compared with
        const found = results.length === 1 ? results[0] : undefined;
        const isAlone = materials.every(({ kind }) => kind === 'evidence' || kind === 'trust');
        if (found?.receipt !== undefined && isAlone) {
          this.#takeMaterial({ kind: 'receipt', name: found.name, content: found.receipt });
        }
      }
      for (const material of materials) this.#takeMaterial(material);
      this.#takeTrusts(materials);
      for (const name of unreadable) this.#hold({ name, sizeBytes: 0, doneBytes: 0, ...failed('file-unreadable') });
      await this.#judgeAll();
    });
  }

  /** Verifies one file as evidence, whatever is in it, in the place of all that was given. */
  async takeAsEvidence(file: File): Promise<void> {
    this.clear();
    await this.#work(() => {
      this.#takeMaterial({ kind: 'evidence', name: file.name, file });
      return this.#judgeAll();
    });
  }

  /** Looks up what was typed, or what a link or QR code asks for. */
  async lookUp(wanted: Wanted, picture?: File): Promise<void> {
    this.clear();
    this.#update({ wanted, picture });
    await this.#work(() => this.#judge((judge) => judge.judgeWanted(wanted)));
  }

  /** Looks up what the QR code in a picture asks for. */
  async lookUpQr(picture: File): Promise<void> {
    const isFound = await this.#lookUpPicture(picture);
    if (EVL_MODE === 'served' && !isFound && !this.#state.isPartMissing) {
      this.#update({ notice: VERIFY_SERVICE.noQr });
    }
  }

  /** Does the same again: when the service is back, or has an anchor by now. */
  async retry(): Promise<void> {
    const { wanted, picture } = this.#state;
    if (wanted !== undefined) await this.lookUp(wanted, picture);
    else if (!isEmpty(this.#state)) await this.#work(() => this.#judgeAll());
  }

  cancel(key: number): void {
    this.#waiting.get(key)?.abort.abort();
  }

  /** Judges by this trust file from now on. */
  async useTrust(key: number): Promise<void> {
    this.#update({ trusts: withUsed(this.#state.trusts, key) });
    await this.retry();
  }

  async removeTrust(key: number): Promise<void> {
    const { trusts } = this.#state;
    this.#update({ trusts: trusts.filter((one) => one.key !== key), notice: undefined });
    if (usedOf(trusts)?.key === key) await this.retry();
  }

  /** Forgets everything but the trust files. */
  clear(): void {
    for (const { abort } of this.#waiting.values()) abort.abort();
    this.#waiting.clear();
    this.#judging.abort();
    this.#epoch++;
    this.#round++;
    this.#state = { ...EMPTY, trusts: this.#state.trusts };
    this.#onChange(this.#state);
  }

  /** Whether the picture holds a QR code that asks for a record. */
  async #lookUpPicture(picture: File): Promise<boolean> {
    const part = PARTS.qrReading;
    if (part === undefined || !picture.type.startsWith('image/')) return false;
    const epoch = this.#epoch;
    let wanted: Wanted | undefined;
    await this.#work(async () => {
      const { readQr } = await part.load();
      const text = await readQr(picture);
      if (EVL_MODE === 'served' && text !== undefined) wanted = readQrText(text);
      this.#update({ isBusy: false });
    });
    if (wanted === undefined || epoch !== this.#epoch) return false;
    await this.lookUp(wanted, picture);
    return true;
  }

  #takeMaterial(material: Material): void {
    const { kind, name } = material;
    if (kind === 'trust') return;
    if (kind === 'evidence') {
      const { file } = material;
      this.#waiting.set(this.#hold({ name, sizeBytes: file.size, doneBytes: 0 }), {
        file,
        abort: new AbortController(),
      });
      return;
    }
    const { content } = material;
    const receipt: HeldReceipt = {
      key: ++this.#keys,
      name,
      content,
      isOfCertificate: kind === 'certificate',
      certificate: kind === 'certificate' ? material.file : undefined,
    };
    this.#update({ receipts: [...this.#state.receipts, receipt] });
  }

  #takeTrusts(materials: readonly Material[]): void {
    this.#update(withTrusts(this.#state.trusts, materials, () => ++this.#keys));
  }

  /** Keeps a file, and returns its key. */
  #hold(one: Omit<HeldEvidence, 'key'>): number {
    const key = ++this.#keys;
    this.#update({ evidence: [...this.#state.evidence, { key, ...one }] });
    return key;
  }

  /**
   * Hashes the files that wait, one after another; those that are left are hashed the next time.
   */
  async #hashWaiting(): Promise<void> {
    const { hashFile } = await PARTS.hashing.load();
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [key, { file, abort }] = next;
      this.#change(key, { startedAtMs: performance.now() });
      const digests = await hashFile(file, (doneBytes) => this.#change(key, { doneBytes }), abort.signal);
      this.#waiting.delete(key);
      this.#change(
        key,
        'problem' in digests ? failed(digests.problem) : { doneBytes: digests.size, compared: digests },
      );
    }
  }

  async #judgeAll(): Promise<void> {
    const round = ++this.#round;
    this.#hashing ??= this.#hashWaiting().finally(() => (this.#hashing = undefined));
    await this.#hashing;
    if (round !== this.#round) return;
    const { evidence, receipts } = this.#state;
    await this.#judge((judge) => judge.judgeGiven(evidence, receipts));
  }

  async #judge(judgeBy: (judge: PageJudge) => Promise<Result[]>): Promise<void> {
    const round = this.#round;
    this.#judging.abort();
    this.#judging = new AbortController();
    const { signal } = this.#judging;
    const update = (changes: Partial<SessionState>) => round === this.#round && this.#update(changes);
    update({ isBusy: true, fault: undefined, results: [] });
    const [{ PageJudge }] = await Promise.all([PARTS.judging.load(), PARTS.results.load()]);
    const service =
      EVL_MODE === 'offline' || this.#serviceUrl === undefined
        ? undefined
        : watchedService(this.#serviceUrl, signal, (fault) => update({ fault }));
    const trust = usedOf(this.#state.trusts)?.content;
    const judge = new PageJudge(service, trust, signal, (progress) => update({ progress }));
    const results = await judgeBy(judge);
    update({ results, verifiedAt: new Date(), isBusy: false, progress: undefined });
  }

  /** Shows that the page is at work, and what keeps it from it. */
  async #work(work: () => Promise<void>): Promise<void> {
    this.#update({ isBusy: true, isPartMissing: false, notice: undefined });
    try {
      await work();
    } catch (error) {
      const isPartMissing = error instanceof PartMissing;
      const notice = isPartMissing ? undefined : VERIFY_PAGE.unexpected;
      this.#update({ isBusy: false, isPartMissing, notice, results: [], progress: undefined });
      if (!isPartMissing) throw error;
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
  return { problem, compared: { problem: problem === 'cancelled' ? 'file-cancelled' : problem } };
}

/** Nothing was given yet that a picture could belong to. */
function isEmpty({ evidence, receipts }: SessionState): boolean {
  return evidence.length + receipts.length === 0;
}
