import { replaceNotPlain } from '../kinds/plain-text.ts';
import type { FieldValue } from '../kinds/view.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import { CERTIFICATE } from '../text/certificate.ts';
import { bilingual, type Message } from '../text/message.ts';
import { parseTimestamp } from '../text/time.ts';

const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1000;

/** A row of a document: its label, and a text in both languages or one for both. */
export interface Row {
  readonly label: Message;
  readonly value: Message;
  /** Compared character by character: shown in groups of four and in one width. */
  readonly isCode?: boolean;
}

/**
 * A text of others as it is printed. Characters that are not seen, or change the order of what is
 * seen, would disguise a name: they are shown as `‹U+202E›`. Line breaks stay.
 */
export function shownText(text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) =>
      replaceNotPlain(line.replaceAll('\t', ' '), (character) => {
        const digits = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
        return `‹U+${digits}›`;
      }),
    )
    .join('\n');
}

/** In groups of four characters, as people compare them. */
export function grouped(code: string): string {
  return code.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** A time of RFC 3339 at UTC+8 to the second; other text as it is. The same on every machine. */
export function beijingTime(timestamp: string): string {
  const ms = parseTimestamp(timestamp);
  if (Number.isNaN(ms)) return timestamp;
  const wallClock = new Date(ms + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
  return `${wallClock} UTC+8`;
}

/** The value of a field; a time also as it was stated. */
export function fieldText(value: FieldValue): Message {
  if (!('time' in value)) return value;
  return bilingual(CERTIFICATE.asStated, { time: beijingTime(value.time), stated: value.time });
}

/** The row as a template reads it; the second text is empty where both languages have the same. */
export function rowJson({ label, value, isCode = false }: Row): JsonObject {
  const shown = { zh: shownText(value.zh), en: shownText(value.en) };
  return { ...messageJson(label), value: shown.zh, second: shown.en === shown.zh ? '' : shown.en, isCode };
}

export function messageJson({ zh, en }: Message): JsonObject {
  return { zh, en: en === zh ? '' : en };
}

/** The members of a time for the date of a document, at UTC. */
export function dateParts(timestamp: string): number[] {
  const ms = parseTimestamp(timestamp);
  const digits = new Date(Number.isNaN(ms) ? 0 : ms).toISOString().match(/\d+/g)!;
  return digits.slice(0, 6).map(Number);
}
