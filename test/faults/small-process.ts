import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { AnchorChain } from '../../src/log/ports.ts';
import type { FromChild, Step, ToChild } from './small-service-process.ts';
import { Trace, TRACEABLE } from './strace.ts';

/**
 * The small service in its own process, seen from the test, which answers for its chain. With a
 * `trace`, strace runs it from its first call on.
 */
export class SmallProcess {
  readonly #child: ChildProcess;
  readonly #chain: AnchorChain;
  readonly #steps: ((failure: string) => void)[] = [];
  readonly ended: Promise<void>;
  url = '';
  pid = 0;

  private constructor(dir: string, segmentBytes: number, chain: AnchorChain, trace?: Trace) {
    this.#chain = chain;
    this.#child = fork(join(import.meta.dirname, 'small-service-process.ts'), [dir, `${segmentBytes}`], {
      ...(trace && { execPath: 'strace', execArgv: [...trace.args, process.execPath] }),
      serialization: 'advanced',
      env: { ...process.env, ...TRACEABLE },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  static async start(dir: string, segmentBytes: number, chain: AnchorChain, trace?: Trace): Promise<SmallProcess> {
    const service = new SmallProcess(dir, segmentBytes, chain, trace);
    let stderr = '';
    service.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await new Promise<void>((resolve, reject) => {
      service.#child.on('message', (message: FromChild) => {
        if ('ready' in message) {
          service.url = message.ready;
          service.pid = message.pid;
          resolve();
        } else if ('stepped' in message) service.#steps.shift()!(message.stepped);
        else void service.#answer(message.ask, message.method, message.args);
      });
      service.#child.once('close', (exit) => reject(new Error(`the small service ended with ${exit}: ${stderr}`)));
    });
    return service;
  }

  get wasKilled(): boolean {
    return this.#child.signalCode === 'SIGKILL';
  }

  /** Whether the step succeeded; false where it failed or ended the process. */
  async step(step: Step): Promise<boolean> {
    const stepped = new Promise<boolean>((resolve) => {
      this.#steps.push((failure) => resolve(failure === ''));
    });
    if (this.#child.connected) this.#send({ step });
    return Promise.race([stepped, this.ended.then(() => false)]);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) process.kill(this.pid, 'SIGKILL');
    await this.ended;
  }

  async #answer(ask: number, method: keyof AnchorChain, args: readonly unknown[]): Promise<void> {
    const answer = this.#chain[method] as (...args: unknown[]) => Promise<unknown>;
    this.#send({ answer: ask, value: await answer.call(this.#chain, ...args) });
  }

  #send(message: ToChild): void {
    // it may have been killed; the caller that waits gets the error
    this.#child.send(message, () => {});
  }
}
