import { PROGRESS } from '../../text/progress.ts';
import { bilingual, type Message } from '../../text/message.ts';

interface Amounts {
  readonly files: number;
  /** Read, and sent where that is part of the work. */
  readonly bytes: number;
}

/** As far as it is known. */
type Total = { readonly [Name in keyof Amounts]?: number | undefined };

/** The rate is that of the last seconds: the first files may be in a cache. */
const WINDOW_MS = 10_000;
const SAMPLE_MS = 500;

/** How far work on files has come: of how much, how fast, and how long it will still take. */
export class WorkProgress {
  readonly #now: () => number;
  readonly #samples: { readonly ms: number; readonly done: Amounts }[];
  #total: Total;
  #files = 0;
  #bytes = 0;

  /** `now` in milliseconds. */
  constructor(total: Total, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#total = total;
    this.#samples = [{ ms: now(), done: { files: 0, bytes: 0 } }];
  }

  /** Known later: the sizes of many files take a while to be read. */
  set totalBytes(bytes: number) {
    this.#total = { ...this.#total, bytes };
  }

  /** Negative where bytes are sent again. */
  addBytes(count: number): void {
    this.#bytes += count;
  }

  addFile(): void {
    this.#files++;
  }

  /** Files, bytes, rate and time left, as far as they are known. */
  text(): Message {
    const done = { files: this.#files, bytes: this.#bytes };
    const ms = this.#now();
    const last = this.#samples.at(-1)!;
    if (ms - last.ms >= SAMPLE_MS) this.#samples.push({ ms, done });
    while (this.#samples.length > 2 && ms - this.#samples[1]!.ms > WINDOW_MS) this.#samples.shift();
    const from = this.#samples[0]!;
    const seconds = (ms - from.ms) / 1000;
    const bytesASecond = seconds > 0 ? (done.bytes - from.done.bytes) / seconds : 0;
    const filesASecond = seconds > 0 ? (done.files - from.done.files) / seconds : 0;
    return joined([
      ...this.#filesText(),
      this.#bytesText(),
      ...(bytesASecond > 0 ? [bilingual(PROGRESS.rate, { rate: bytesText(bytesASecond) })] : []),
      ...leftText(this.#secondsLeft(done, bytesASecond, filesASecond)),
    ]);
  }

  #filesText(): Message[] {
    const { files: total } = this.#total;
    return total === undefined ? [] : [bilingual(PROGRESS.files, { done: this.#files, total })];
  }

  #bytesText(): Message {
    const { bytes: total } = this.#total;
    const done = bytesText(this.#bytes);
    return total === undefined ? { zh: done, en: done } : bilingual(PROGRESS.of, { done, total: bytesText(total) });
  }

  /** By what takes longer; undefined where neither is known. */
  #secondsLeft(done: Amounts, bytesASecond: number, filesASecond: number): number | undefined {
    const { files, bytes } = this.#total;
    const times = [
      ...(files !== undefined && filesASecond > 0 ? [(files - done.files) / filesASecond] : []),
      ...(bytes !== undefined && bytesASecond > 0 ? [(bytes - done.bytes) / bytesASecond] : []),
    ];
    // one large file of few is not done at the rate of files
    const isByBytes = bytes !== undefined && bytesASecond > 0;
    if (times.length === 0) return undefined;
    return isByBytes && done.files < 10 ? times.at(-1) : Math.max(...times);
  }
}

/** `1.5 GiB`; whole below MiB. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [Math.max(0, bytes), 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value < 10 && unit > 1 ? value.toFixed(1) : Math.floor(value)} ${units[unit]}`;
}

function leftText(seconds: number | undefined): Message[] {
  if (seconds === undefined || !Number.isFinite(seconds)) return [];
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return [bilingual(PROGRESS.secondsLeft, { seconds: whole })];
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return [bilingual(PROGRESS.minutesLeft, { minutes })];
  return [bilingual(PROGRESS.hoursLeft, { hours: Math.floor(minutes / 60), minutes: minutes % 60 })];
}

function joined(parts: readonly Message[]): Message {
  return { zh: parts.map(({ zh }) => zh).join('，'), en: parts.map(({ en }) => en).join(', ') };
}
