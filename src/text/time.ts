import type { Message } from './message.ts';

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
/** Beijing is eight hours ahead of UTC, all year. */
const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1000;

/**
 * A timestamp in Unix milliseconds; `NaN` where the text is not one of RFC 3339. Stricter than
 * `Date.parse`, which reads a text without a zone in the time zone of the machine.
 */
export function parseTimestamp(text: string): number {
  return TIMESTAMP.test(text) ? Date.parse(text) : NaN;
}

/**
 * A timestamp as its readers write it, to the second and the same on every machine: in Chinese
 * `北京时间 2026年11月30日 16:36:13`, in English `2026-11-30 08:36:13 UTC`. Text that is no
 * timestamp stays as it is.
 */
export function timeText(timestamp: string): Message {
  const times = timesOf(timestamp);
  if (times === undefined) return { zh: timestamp, en: timestamp };
  return { zh: `北京时间 ${times.beijing}`, en: times.utc };
}

/** The same, as the operator's system recorded it: nothing else proves it. */
export function recordedTimeText(timestamp: string): Message {
  const { beijing, utc } = timesOf(timestamp) ?? { beijing: timestamp, utc: timestamp };
  const zone = beijing === timestamp ? '' : '北京时间；';
  return { zh: `${beijing}（${zone}据运营方系统记载）`, en: `${utc} (as recorded by the operator's system)` };
}

function timesOf(timestamp: string): { readonly beijing: string; readonly utc: string } | undefined {
  const ms = parseTimestamp(timestamp);
  if (Number.isNaN(ms)) return undefined;
  const [date = '', time = ''] = new Date(ms + BEIJING_OFFSET_MS).toISOString().slice(0, 19).split('T');
  const [year, month, day] = date.split('-').map(Number);
  return {
    beijing: `${year}年${month}月${day}日 ${time}`,
    utc: `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  };
}
