import { CASE_NUMBER_PATH } from '../kinds/paths.ts';
import { members, text } from '../protocol/encoding/shape.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { Message } from '../text/message.ts';
import { readAnswer } from './answers.ts';
import { sendForJson, type Service } from './http.ts';

/** What a service reads in a case number. */
export interface CaseNumberReading {
  /** Whether registrations with it are taken. */
  readonly isRecognised: boolean;
  /** What it says, or why it is not recognised. */
  readonly reading: Message;
  /** The forms that are recognised. */
  readonly forms: Message;
}

const MAX_READING_BYTES = 64 * 1024;
const MAX_TEXT = 10_000;

/**
 * Asks a service what it reads in a case number.
 *
 * @param service the service to ask
 * @param number as it is typed
 * @returns what the service states
 * @throws ServiceProblem, with the status 404 from a service that takes every number;
 *   ServiceUnreachable
 */
export async function fetchCaseNumber(service: Service, number: string): Promise<CaseNumberReading> {
  const path = `${CASE_NUMBER_PATH}?${new URLSearchParams({ number }).toString()}`;
  const answer = await sendForJson(service, { method: 'GET', path, limitBytes: MAX_READING_BYTES });
  return readAnswer(answer, (value) => {
    const { isRecognised, reading, forms } = members('answer', value);
    return { isRecognised: isRecognised === true, reading: inBoth('reading', reading), forms: inBoth('forms', forms) };
  });
}

function inBoth(what: string, value: Json | undefined): Message {
  const { zh, en } = members(what, value);
  return { zh: text(what, zh, MAX_TEXT), en: text(what, en, MAX_TEXT) };
}
