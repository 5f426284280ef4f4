import { errorText } from '../../text/error-text.ts';
import type { Message } from '../../text/message.ts';

/** Stored bytes are not what was written; `text` states what is wrong with them. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly text: Message;

  constructor(text: Message, options?: ErrorOptions) {
    super(text.en, options);
    this.text = text;
  }
}

/** What an error reports about stored bytes, as a parameter of another message. */
export function faultText(error: unknown): Message {
  return error instanceof StoreFault ? error.text : errorText(error);
}
