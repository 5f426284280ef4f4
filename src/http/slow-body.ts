import type { Request, RequestHandler, Response } from 'express';
import { LedgerError } from '../text/ledger-error.ts';
import { LoopDeadline } from './loop-clock.ts';
import { sendProblem, toProblem } from './problem.ts';

export const BODY_WINDOW_MS = 5000;
const MIN_WINDOW_BYTES = 5 * 1024;
const GRACE_WINDOWS = 1;

/**
 * Ends requests whose body arrives more slowly than any honest client sends: after the first window
 * each window of this length must bring at least 5 KiB. Windows are measured by the loop clock, so
 * that a busy machine costs nobody a request. The refusal `body-timeout` is sent before the
 * connection ends.
 */
export function watchBody(windowMs: number): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') new BodyWatch(request, response, windowMs).start();
    next();
  };
}

class BodyWatch {
  readonly #request: Request;
  readonly #response: Response;
  readonly #windowMs: number;
  #timer: NodeJS.Timeout | undefined;
  #window: LoopDeadline;
  #windows = 0;
  #bytesBefore: number;

  constructor(request: Request, response: Response, windowMs: number) {
    this.#request = request;
    this.#response = response;
    this.#windowMs = windowMs;
    this.#window = new LoopDeadline(windowMs);
    this.#bytesBefore = request.socket.bytesRead;
  }

  start(): void {
    this.#request.once('close', () => clearTimeout(this.#timer));
    this.#wait();
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      if (this.#isOver()) return;
      if (this.#window.leftMs > 1) this.#wait();
      // What has arrived by now is read first: timers come before input in each turn of the loop.
      else setImmediate(() => this.#judge());
    }, this.#window.leftMs);
  }

  #judge(): void {
    if (this.#isOver()) return;
    const { bytesRead } = this.#request.socket;
    // Bytes that wait for our own handler are no fault of the client.
    const isOurDelay = this.#request.readableLength > 0;
    const isSlow = bytesRead - this.#bytesBefore < MIN_WINDOW_BYTES && !isOurDelay;
    if (isSlow && this.#windows >= GRACE_WINDOWS) return this.#end();
    this.#windows++;
    this.#bytesBefore = bytesRead;
    this.#window = new LoopDeadline(this.#windowMs);
    this.#wait();
  }

  #isOver(): boolean {
    return this.#request.complete || this.#request.destroyed || this.#response.destroyed;
  }

  #end(): void {
    this.#response.once('finish', () => this.#request.destroy());
    // An answer that has begun must not look whole.
    if (this.#response.headersSent) this.#response.destroy();
    else sendProblem(toProblem(new LedgerError('body-timeout')), this.#request, this.#response);
  }
}
