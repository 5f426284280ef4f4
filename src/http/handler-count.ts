import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Counts the handlers at work, so that a stop can wait for them before it closes what they use. */
export class HandlerCount {
  #count = 0;
  #onIdle: (() => void)[] = [];

  /** The same handler, counted until its promise has settled. */
  counted(handler: RequestHandler): RequestHandler {
    return async (request: Request, response: Response, next: NextFunction) => {
      this.#count++;
      try {
        await handler(request, response, next);
      } finally {
        this.#count--;
        if (this.#count === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
      }
    };
  }

  /** Resolves when no handler is at work. */
  async idle(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }
}
