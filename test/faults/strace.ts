import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { hasLinux } from '../availability.ts';

/**
 * One system call in a trace. `begin` and `end` are lines of the trace: a call that ends on an
 * earlier line ended before.
 */
export interface Call {
  readonly thread: number;
  readonly name: string;
  /** As strace prints them. */
  readonly args: string;
  readonly begin: number;
  /** Undefined where it never returned. */
  readonly end?: number;
  readonly result?: number;
  /** `EIO` … */
  readonly error?: string;
  /** strace injected this outcome. */
  readonly isInjected: boolean;
}

/**
 * A fault for strace: `fdatasync:error=EIO:when=1`. `when` counts the calls of one thread; where
 * there are traced paths, only on these.
 */
export type Injection = `${string}:${string}`;

export interface TraceOptions {
  /** Names of system calls. */
  readonly calls: readonly string[];
  /** Only calls on these files. */
  readonly paths?: readonly string[];
  readonly injection?: Injection;
}

/**
 * One worker, so that `when` counts all file calls of the process; and file calls that strace can
 * see.
 */
export const TRACEABLE: Readonly<Record<string, string>> = { UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' };

const LONGEST_STRING_BYTES = 8 * 1024 * 1024;

const isTraceable = hasLinux();
if (isTraceable && spawnSync('strace', ['-V'], { stdio: 'ignore' }).status !== 0) {
  throw new Error('strace cannot be run: install the package "strace" (apt-get install strace)');
}

/**
 * Tests that need strace. A test that imports this fails where strace is missing, and is skipped on
 * other systems.
 */
// oxlint-disable-next-line vitest/valid-describe-callback, vitest/valid-title -- a condition, no suite
export const describeTraced = describe.runIf(isTraceable);

/** The output file of strace, and its arguments. */
export class Trace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'evl-strace-'));
  /** The arguments between `strace` and the program or process. */
  readonly args: readonly string[];

  constructor({ calls, paths = [], injection }: TraceOptions) {
    const output = ['-o', join(this.#folder, 'trace')];
    const what = ['-s', `${LONGEST_STRING_BYTES}`, '-e', `trace=${calls.join(',')}`];
    const fault = injection === undefined ? [] : ['-e', `inject=${injection}`];
    this.args = ['-f', '-y', ...output, ...what, ...fault, ...paths.flatMap((path) => ['-P', path])];
  }

  /** Once, when strace has ended. */
  read(): readonly Call[] {
    const calls = parseTrace(readFileSync(join(this.#folder, 'trace'), 'latin1'));
    rmSync(this.#folder, { recursive: true });
    return calls;
  }
}

/** strace on a running process: from `attach` until `detach`, or until the process ends. */
export class Strace {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #trace: Trace;

  private constructor(pid: number, trace: Trace) {
    this.#trace = trace;
    this.#child = spawn('strace', [...trace.args, '-p', `${pid}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  /** Resolves when every thread of the process is traced: `when` counts from here on. */
  static async attach(pid: number, options: TraceOptions): Promise<Strace> {
    const strace = new Strace(pid, new Trace(options));
    let text = '';
    await new Promise<void>((resolve, reject) => {
      strace.#child.stderr!.setEncoding('utf8').on('data', (data: string) => {
        text += data;
        if (/ attached/.test(text)) resolve();
      });
      strace.#child.once('close', () => reject(new Error(`strace could not attach: ${text}`)));
    });
    return strace;
  }

  /**
   * Ends the tracing; the process continues. It must not be dying: strace would wait for its first
   * thread for ever.
   */
  async detach(): Promise<readonly Call[]> {
    this.#child.kill('SIGINT');
    return this.end();
  }

  /** When the process has ended. */
  async end(): Promise<readonly Call[]> {
    await this.#ended;
    return this.#trace.read();
  }
}

/**
 * The calls of `strace -f -y -o FILE`, in the order in which they began; the parts of a call that
 * others interrupt in the trace are joined.
 */
export function parseTrace(text: string): Call[] {
  const calls: Call[] = [];
  const open = new Map<number, { readonly at: number; readonly head: string }>();
  for (const [line, whole] of text.split('\n').entries()) {
    const space = whole.indexOf(' ');
    const thread = Number(whole.slice(0, space));
    const event = whole.slice(space).trimStart();
    if (space < 0 || /^(?:\+\+\+|---)/.test(event)) continue;
    const resumed = /^<\.\.\. \w+ resumed>/.exec(event);
    const begun = resumed === null ? undefined : open.get(thread);
    if (resumed !== null && begun === undefined) continue; // it began before we looked
    open.delete(thread);
    const joined = begun === undefined ? event : begun.head + event.slice(resumed![0].length);
    const begin = begun === undefined ? line : calls[begun.at]!.begin;
    const at = begun === undefined ? calls.length : begun.at;
    const unfinished = /(?:,? )?<(?:unfinished|detached) \.\.\.>$/.exec(joined);
    if (unfinished !== null) open.set(thread, { at, head: joined.slice(0, unfinished.index) });
    calls[at] = parseCall(joined.slice(0, unfinished?.index), thread, begin, unfinished === null ? line : undefined);
  }
  return calls;
}

/**
 * `) = RESULT`, perhaps with the file of a handle, the meaning of an error, and a remark that
 * strace injected it.
 */
const OUTCOME = /\) += (-?\d+|\?)(?:<[^"]*>)?(?: (E[A-Z0-9]+) \([^")]*\))?((?: \([A-Z][^")]*\))*)$/;
const LONGEST_OUTCOME = 1000;

function parseCall(text: string, thread: number, begin: number, end: number | undefined): Call {
  const name = text.slice(0, text.indexOf('('));
  const tail = text.slice(-LONGEST_OUTCOME);
  const outcome = end === undefined ? null : OUTCOME.exec(tail);
  if (end !== undefined && outcome === null) throw new Error(`trace is not understood: ${tail}`);
  const args = text.slice(name.length + 1, outcome === null ? undefined : outcome.index - tail.length);
  const isInjected = outcome?.[3]!.includes('INJECTED') ?? false;
  if (end === undefined || outcome?.[1] === '?') return { thread, name, args, begin, isInjected };
  const error = outcome![2];
  const result = Number(outcome![1]);
  return { thread, name, args, begin, end, result, ...(error !== undefined && { error }), isInjected };
}

/** The file, socket or pipe of a call: that of its handle, else the path that it names. */
export function pathOf({ args }: Call): string {
  return /^\d+<([^>]*)>/.exec(args)?.[1] ?? stringsIn(args)[0]?.toString('utf8') ?? '';
}

/** What the call writes. */
export function bytesOf({ args }: Call): Buffer {
  return Buffer.concat(stringsIn(args));
}

/** Byte offset of the write; undefined: the current position of the file. */
export function offsetOf({ name, args }: Call): number | undefined {
  return name === 'pwrite64' ? Number(/, (\d+)$/.exec(args)![1]) : undefined;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12, '"': 34, '\\': 92 };

/** All strings among the arguments, unescaped. */
export function stringsIn(args: string): Buffer[] {
  const strings: Buffer[] = [];
  for (let from = args.indexOf('"'); from >= 0;) {
    const bytes = Buffer.allocUnsafe(args.length - from);
    let length = 0;
    let at = from + 1;
    for (; args[at] !== '"'; at++) {
      if (args[at] !== '\\') {
        bytes[length++] = args.charCodeAt(at);
        continue;
      }
      const octal = /^[0-7]{1,3}/.exec(args.slice(at + 1, at + 4));
      bytes[length++] = octal === null ? ESCAPES[args[at + 1]!]! : Number.parseInt(octal[0], 8);
      at += octal === null ? 1 : octal[0].length;
    }
    strings.push(bytes.subarray(0, length));
    from = args.indexOf('"', at + 1);
  }
  return strings;
}
