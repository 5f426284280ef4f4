import type { Message } from './message.ts';

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
/** Beijing is eight hours ahead of UTC, all year. */
const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

/**
 * A timestamp in Unix milliseconds; `NaN` where the text is not one of RFC 3339. Stricter than
 * `Date.parse`, which reads a text without a zone in the time zone of the machine.
 */
export function parseTimestamp(text: string): number {
  return TIMESTAMP.test(text) ? Date.parse(text) : NaN;
}

/**
 * A timestamp as its readers write it, to the second, with its zone: in Chinese in Beijing time, in
 * English in the zone of the machine. Text that is no timestamp stays as it is.
 */
export function timeText(timestamp: string): Message {
  const ms = parseTimestamp(timestamp);
  if (Number.isNaN(ms)) return { zh: timestamp, en: timestamp };
  const offsetMinutes = -new Date(ms).getTimezoneOffset();
  return {
    zh: `${wallClock(ms, BEIJING_OFFSET_MS)}（北京时间，UTC+8）`,
    en: `${wallClock(ms, offsetMinutes * MINUTE_MS)} (${zoneText(offsetMinutes)})`,
  };
}

/** The same, as the operator's system recorded it: nothing else proves it. */
export function recordedTimeText(timestamp: string): Message {
  const { zh, en } = timeText(timestamp);
  return { zh: `${zh}，据运营方系统记载`, en: `${en}, as recorded by the operator's system` };
}

function wallClock(ms: number, offsetMs: number): string {
  return new Date(ms + offsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `UTC`, `UTC+8`, `UTC-3:30`. */
function zoneText(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const sign = offsetMinutes < 0 ? '-' : '+';
  return `UTC${sign}${hours}${minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`}`;
}
