import type { ProtocolError } from '../../protocol/encoding/errors.ts';
import { stepSentence } from '../../text/step-codes.ts';
import type { Message } from '../../text/message.ts';

/**
 * Why something could not be read: in Chinese the sentence of its code, in English what the reader
 * said of the place.
 */
export function parseErrorText({ code, message }: ProtocolError): Message {
  return { zh: stepSentence('', code).zh, en: message };
}
