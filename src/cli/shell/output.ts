import type { LedgerError } from '../../text/ledger-error.ts';
import { type Lang, format } from '../../text/message.ts';
import { LABELS } from '../../text/labels.ts';
import { printable } from './printable.ts';

export type Style = 'plain' | 'good' | 'bad' | 'warn' | 'dim' | 'strong';

const SGR: Readonly<Record<Style, string>> = {
  plain: '',
  good: '32;1',
  bad: '31;1',
  warn: '33;1',
  dim: '2',
  strong: '1',
};
const PROGRESS_PERIOD_MS = 100;

/**
 * stdout carries data alone: lines, or with `--json` one document. Words and progress go to stderr,
 * progress only where somebody looks. A reader that goes away (EPIPE) ends the output, not the
 * command: its exit code stays true.
 */
export class Output {
  readonly isJson: boolean;
  readonly #lang: Lang;
  #hasJson = false;
  #isStdoutClosed = false;
  #isDataLost = false;
  #hasProgress = false;
  #lastProgressMs = 0;

  constructor(isJson: boolean, lang: Lang) {
    this.isJson = isJson;
    this.#lang = lang;
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      this.#isStdoutClosed = true;
      if (error.code === 'EPIPE') return;
      this.#isDataLost = true;
      this.notice(`evl: stdout: ${error.message}`, 'bad');
    });
    process.stderr.on('error', () => {}); // nobody is left to be told
  }

  /** Whether the reader of the data has gone. */
  get isClosed(): boolean {
    return this.#isStdoutClosed;
  }

  /**
   * Whether data could not be written, other than that its reader went away. Asked in the end: the
   * news of a write comes after it.
   */
  async isDataLost(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#isDataLost;
  }

  /** One line of data for people; not written with `--json`. */
  line(text = '', style: Style = 'plain'): void {
    if (!this.isJson) this.#write(`${paint(process.stdout, printable(text), style)}\n`);
  }

  /** Bytes of data as they are. */
  bytes(data: Uint8Array | string): void {
    this.#write(data);
  }

  /** The one document of `--json`; nothing without it. */
  json(value: unknown): void {
    if (!this.isJson || this.#hasJson) return;
    this.#hasJson = true;
    this.#write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Words for people. */
  notice(text: string, style: Style = 'plain'): void {
    this.endProgress();
    process.stderr.write(`${paint(process.stderr, printable(text), style)}\n`);
  }

  /** Replaces the last progress line; silent where stderr is no terminal. */
  progress(text: string): void {
    const now = performance.now();
    if (!process.stderr.isTTY || isDumb() || now - this.#lastProgressMs < PROGRESS_PERIOD_MS) return;
    this.#lastProgressMs = now;
    this.#hasProgress = true;
    process.stderr.write(`\r\u001b[K${printable(text).slice(0, Math.max(20, process.stderr.columns - 1))}`);
  }

  endProgress(): void {
    if (this.#hasProgress) process.stderr.write('\r\u001b[K');
    this.#hasProgress = false;
  }

  /** Says why the command ends; with `--json` also as data. */
  failure(failure: LedgerError): void {
    this.printFailure(failure);
    const message = failure.text[this.#lang];
    const next = failure.hint?.[this.#lang];
    this.json({ error: { code: failure.code, message, ...(next !== undefined && { next }) } });
  }

  /** Says what failed, and the next thing to do. */
  printFailure({ text, hint }: LedgerError): void {
    this.notice(`evl: ${text[this.#lang]}`, 'bad');
    if (hint !== undefined) this.notice(format(this.#lang, LABELS.nextIs, { hint }));
  }

  #write(data: Uint8Array | string): void {
    if (!this.#isStdoutClosed) process.stdout.write(data);
  }
}

/** A terminal that knows no control sequences. */
function isDumb(): boolean {
  return process.env['TERM'] === 'dumb';
}

function paint(stream: NodeJS.WriteStream, text: string, style: Style): string {
  const hasColours = stream.isTTY && !isDumb() && (process.env['NO_COLOR'] ?? '') === '';
  return hasColours && SGR[style] !== '' ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text;
}
