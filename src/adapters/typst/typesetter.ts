import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TypesetDocument, Typesetter } from '../../documents/ports.ts';
import { LedgerError } from '../../text/ledger-error.ts';

export interface TypesetterOptions {
  /** A folder of an operator's own fonts, used for characters that the program's fonts lack. */
  readonly ownFonts?: string | undefined;
  /** Documents that may wait; further ones are refused. */
  readonly maxWaiting?: number;
  /** For one document, once its turn has come. */
  readonly limitMs?: number;
  /** The thread and its fonts are dropped when nothing was asked for so long. */
  readonly idleMs?: number;
}

/** What the thread is started with. */
export interface ThreadOptions {
  readonly fonts: string;
  readonly ownFonts: string | undefined;
}

/** What the thread is asked to do. */
export interface ToTypeset {
  readonly template: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly madeAtSeconds: number;
}

/** What the thread answers: once after its start, then once for each document. */
export type Typeset =
  | { readonly ready: true }
  | { readonly missing: string }
  | { readonly pdf: Uint8Array<ArrayBuffer> }
  | { readonly missingText: string | undefined; readonly diagnostics: string };

const MAX_WAITING = 16;
const LIMIT_MS = 20_000;
const IDLE_MS = 60_000;
const MAX_DATA_BYTES = 2 * 1024 * 1024;
/** Of the thread's own objects; the typesetter's memory is bounded by the length of its input. */
const HEAP_MIB = 256;

const program = new URL(`typst-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Makes documents with typst, an optional package, in one thread: without a network, without a
 * clock, and with no fonts but the program's and an operator's own. A thread that is not done in
 * time is replaced. It keeps no process alive.
 */
export class TypstTypesetter implements Typesetter {
  readonly #ownFonts: string | undefined;
  readonly #maxWaiting: number;
  readonly #limitMs: number;
  readonly #idleMs: number;
  readonly #waiting: Job[] = [];
  #running: Job | undefined;
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor({ ownFonts, maxWaiting = MAX_WAITING, limitMs = LIMIT_MS, idleMs = IDLE_MS }: TypesetterOptions = {}) {
    this.#ownFonts = ownFonts;
    this.#maxWaiting = maxWaiting;
    this.#limitMs = limitMs;
    this.#idleMs = idleMs;
  }

  async typeset(document: TypesetDocument, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const asked = toTypeset(document);
    if (this.#waiting.length >= this.#maxWaiting) throw new LedgerError('typesetter-busy');
    const { promise, resolve, reject } = Promise.withResolvers<Typeset>();
    const job: Job = { asked, resolve, reject };
    const leave = () => this.#drop(job, signal!.reason);
    signal?.addEventListener('abort', leave, { once: true });
    this.#waiting.push(job);
    this.#next();
    try {
      return pdfOf(await promise, document);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  /** Ends the thread; what is being made fails. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#thread?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) {
      this.#idle = setTimeout(() => void this.close(), this.#idleMs).unref();
      return;
    }
    clearTimeout(this.#idle);
    this.#running = job;
    const thread = (this.#thread ??= this.#start());
    thread.ref();
    job.timer = setTimeout(() => {
      this.#replace(thread, new LedgerError('typesetter-timeout', { seconds: this.#limitMs / 1000 }));
    }, this.#limitMs);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    thread.postMessage(job.asked);
  }

  #start(): Worker {
    const workerData: ThreadOptions = { fonts: fontFolder(), ownFonts: this.#ownFonts };
    const thread = new Worker(program, { workerData, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    thread.on('message', (result: Typeset) => {
      if (thread !== this.#thread || 'ready' in result) return;
      if ('missing' in result) this.#thread = undefined;
      this.#settle((job) => job.resolve(result));
    });
    thread.once('error', (cause) => this.#replace(thread, new LedgerError('typesetter-failed', { cause })));
    thread.once('exit', () => this.#replace(thread, new LedgerError('typesetter-failed')));
    return thread;
  }

  /** The next document gets another thread. */
  #replace(thread: Worker, error: LedgerError): void {
    if (thread !== this.#thread) return;
    this.#thread = undefined;
    void thread.terminate();
    this.#settle((job) => job.reject(error));
  }

  #settle(end: (job: Job) => void): void {
    const job = this.#running;
    if (job === undefined) return;
    this.#running = undefined;
    clearTimeout(job.timer);
    this.#thread?.unref();
    end(job);
    this.#next();
  }

  /** Nobody waits for it: it leaves the queue; one that is being made is done within the limit. */
  #drop(job: Job, reason: unknown): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    job.reject(reason);
  }
}

interface Job {
  readonly asked: ToTypeset;
  readonly resolve: (result: Typeset) => void;
  readonly reject: (error: unknown) => void;
  timer?: NodeJS.Timeout;
}

function toTypeset({ template, data, picture, attachments, madeAt }: TypesetDocument): ToTypeset {
  const json = JSON.stringify(data);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_DATA_BYTES) throw new LedgerError('document-too-large', { bytes, limit: MAX_DATA_BYTES });
  return {
    template,
    inputs: {
      data: json,
      picture,
      attachments: JSON.stringify(
        attachments.map(({ name, relationship, description }) => ({ name, relationship, description })),
      ),
      ...Object.fromEntries(attachments.map(({ text }, i) => [`attachment${i}`, text])),
    },
    madeAtSeconds: Math.floor(Date.parse(madeAt) / 1000),
  };
}

function pdfOf(result: Typeset, { texts }: TypesetDocument): Uint8Array {
  if ('pdf' in result) return result.pdf;
  if ('missing' in result) throw new LedgerError('typesetter-missing', { cause: result.missing });
  if ('ready' in result || result.missingText === undefined) {
    throw new LedgerError('typesetter-failed', { cause: 'ready' in result ? undefined : result.diagnostics });
  }
  const text = result.missingText;
  const character = Array.from(text, (each) => {
    return `${each} (U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')})`;
  }).join(', ');
  const field = texts.find((each) => each.text.includes(text))?.label ?? { zh: '-', en: '-' };
  throw new LedgerError('glyph-missing', { field, character });
}

/** The folder of the program's own fonts. */
function fontFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('evidence-ledger/package.json')), 'fonts');
}
