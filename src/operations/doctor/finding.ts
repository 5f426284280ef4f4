import { DOCTOR, DOCTOR_REPAIRS } from '../../text/doctor.ts';
import { fillBoth, type Message, type MessageValue, type MessageValues } from '../../text/message.ts';

/** One result of the diagnosis. */
export interface Finding {
  readonly code: keyof typeof DOCTOR;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly text: Message;
  /** What to do about it; undefined where the level is `ok`. */
  readonly repair: Message | undefined;
}

export function finding<Code extends keyof typeof DOCTOR>(
  code: Code,
  level: Finding['level'],
  ...values: MessageValues<(typeof DOCTOR)[Code]>
): Finding {
  const filling: Readonly<Record<string, MessageValue>> = values[0] ?? {};
  const repair = level === 'ok' ? undefined : (DOCTOR_REPAIRS as Partial<Record<string, Message>>)[code];
  return { code, level, text: fillBoth(DOCTOR[code], filling), repair: repair && fillBoth(repair, filling) };
}
