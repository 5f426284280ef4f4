import type { Message } from './message.ts';

/** One error: what it says, what to do about it, and how a command or a request ends with it. */
export interface ErrorEntry extends Message {
  /** The next thing to do. Its placeholders are filled with the values of the error. */
  readonly hint?: Message;
  /** Exit code of a command that ends with it; 70 where it is left out. */
  readonly exit?: number;
  /** How a request is answered; a code without it is answered as `internal`. */
  readonly http?: HttpAnswer;
}

/**
 * The problem (RFC 9457) that answers a request, and what the page `/problems/<code>` says about
 * it. Only `detail` may differ from one occurrence to the next.
 */
export interface HttpAnswer {
  readonly status: number;
  readonly title: Message;
  /** Replaces the sentence of the code, which may name paths of this machine. */
  readonly detail?: Message;
  /** What the code means; the detail where it is left out. */
  readonly meaning?: Message;
  /** What the client can do about it. */
  readonly advice: Message;
}
