import { inspect, styleText } from 'node:util';
import { LABELS } from '../../text/labels.ts';
import type { LedgerError } from '../../text/ledger-error.ts';
import { format, type Lang } from '../../text/message.ts';
import { jsonText } from './json-text.ts';
import { printable } from '../../kinds/printable.ts';
import type { OutputStream, Surroundings } from './surroundings.ts';

const STYLES = {
  plain: [],
  good: ['green', 'bold'],
  bad: ['red', 'bold'],
  warn: ['yellow', 'bold'],
  dim: ['dim'],
  strong: ['bold'],
} as const satisfies Readonly<Record<string, Parameters<typeof styleText>[0]>>;

export type Style = keyof typeof STYLES;

/** The number of columns that a text takes on a terminal. */
export type TextWidth = (text: string) => number;

const PROGRESS_PERIOD_MS = 100;
const PROGRESS_LINE_PERIOD_MS = 60_000;
const MIN_PROGRESS_COLUMNS = 20;
const ERASE_LINE = '\r\u001b[K';

/**
 * The output of one command. stdout carries data only: lines, or with `--json` one document.
 * Notices and progress go to stderr, progress only to a terminal. A reader that closes stdout
 * (EPIPE) ends the output but not the command, whose exit code stays correct.
 */
export class Output {
  readonly isJson: boolean;
  readonly #lang: Lang;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #env: NodeJS.ProcessEnv;
  readonly #widthOf: TextWidth;
  #hasJson = false;
  #isStdoutClosed = false;
  #isDataLost = false;
  #hasProgress = false;
  #lastProgressMs: number;

  constructor(isJson: boolean, lang: Lang, { stdout, stderr, env }: Surroundings, widthOf: TextWidth = length) {
    this.isJson = isJson;
    this.#lang = lang;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#env = env;
    this.#widthOf = widthOf;
    // a log is not told of what takes less than a minute
    this.#lastProgressMs = this.#isTerminal ? -Infinity : performance.now();
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      this.#isStdoutClosed = true;
      if (error.code === 'EPIPE') return;
      this.#isDataLost = true;
      this.notice(`evl: stdout: ${error.message}`, 'bad');
    });
    stderr.on('error', () => {}); // there is nowhere left to report to
  }

  /** Whether the reader of stdout has gone. */
  get isClosed(): boolean {
    return this.#isStdoutClosed;
  }

  /**
   * Whether data could not be written for another reason than that its reader has gone. Call it at
   * the end: a stream reports a failed write after the call of `write`.
   */
  async isDataLost(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#isDataLost;
  }

  /** One line of data for people; not written with `--json`. */
  line(text = '', style: Style = 'plain'): void {
    if (!this.isJson) this.bytes(`${this.#paint(this.#stdout, printable(text), style)}\n`);
  }

  /** Data as it is. */
  bytes(data: Uint8Array | string): void {
    if (!this.#isStdoutClosed) this.#stdout.write(data);
  }

  /** The one document of `--json`; nothing without it. */
  json(value: unknown): void {
    if (!this.isJson || this.#hasJson) return;
    this.#hasJson = true;
    this.bytes(`${jsonText(value)}\n`);
  }

  /** A message for people, on stderr. */
  notice(text: string, style: Style = 'plain'): void {
    this.endProgress();
    this.#stderr.write(`${this.#paint(this.#stderr, printable(text), style)}\n`);
  }

  /** An error with its stack, on stderr, where `EVL_DEBUG` is 1. */
  debug(error: unknown): void {
    if (this.#env['EVL_DEBUG'] === '1') this.#stderr.write(`${inspect(error)}\n`);
  }

  /**
   * Replaces the last progress line; where stderr is not a terminal, writes a line once a minute.
   * Nothing with `--json`. A function is called only for what is written.
   */
  progress(text: string | (() => string)): void {
    const now = performance.now();
    const isTerminal = this.#isTerminal;
    const periodMs = isTerminal ? PROGRESS_PERIOD_MS : PROGRESS_LINE_PERIOD_MS;
    if (this.isJson || now - this.#lastProgressMs < periodMs) return;
    this.#lastProgressMs = now;
    const shown = typeof text === 'string' ? text : text();
    if (!isTerminal) {
      this.#stderr.write(`${printable(shown)}\n`);
      return;
    }
    this.#hasProgress = true;
    const columns = Math.max(MIN_PROGRESS_COLUMNS, (this.#stderr.columns ?? 80) - 1);
    this.#stderr.write(`${ERASE_LINE}${fitToWidth(printable(shown), columns, this.#widthOf)}`);
  }

  endProgress(): void {
    if (this.#hasProgress) this.#stderr.write(ERASE_LINE);
    this.#hasProgress = false;
  }

  /** Prints why the command ends; with `--json` also as data. */
  failure(failure: LedgerError): void {
    this.printFailure(failure);
    const message = failure.text[this.#lang];
    const next = failure.hint?.[this.#lang];
    this.json({ error: { code: failure.code, message, ...(next !== undefined && { next }) } });
  }

  /** Prints what failed and what to do next. */
  printFailure({ text, hint }: Pick<LedgerError, 'text' | 'hint'>): void {
    this.notice(`evl: ${text[this.#lang]}`, 'bad');
    if (hint !== undefined) this.notice(format(this.#lang, LABELS.nextIs, { hint }));
  }

  #paint(stream: OutputStream, text: string, style: Style): string {
    const hasColours = stream.isTTY === true && !this.#isDumb && (this.#env['NO_COLOR'] ?? '') === '';
    return hasColours ? styleText(STYLES[style], text, { validateStream: false }) : text;
  }

  /** Whether stderr takes lines that are written over. */
  get #isTerminal(): boolean {
    return this.#stderr.isTTY === true && !this.#isDumb;
  }

  /** A terminal without control sequences. */
  get #isDumb(): boolean {
    return this.#env['TERM'] === 'dumb';
  }
}

/** The width of a text of ASCII. */
function length(text: string): number {
  return text.length;
}

/** The longest beginning of a text that fits into a number of columns; CJK characters take two. */
export function fitToWidth(text: string, columns: number, widthOf: TextWidth): string {
  if (widthOf(text) <= columns) return text;
  let fitted = '';
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += widthOf(segment);
    if (width > columns) break;
    fitted += segment;
  }
  return fitted;
}
