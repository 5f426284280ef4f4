import type { Message } from './message.ts';

/**
 * The states of a record, from the weakest to the strongest: durable in the log, under a published
 * checkpoint, under an anchor that is in a block, under an anchor that is final by the rule of the
 * trust file.
 */
export const RECORD_STATES = ['registered', 'published', 'anchored', 'final'] as const;

export type RecordState = (typeof RECORD_STATES)[number];

export const RECORD_STATE_LABELS: Readonly<Record<RecordState, Message>> = {
  registered: { zh: '已登记', en: 'registered' },
  published: { zh: '已公布', en: 'published' },
  anchored: { zh: '已上链，待确认', en: 'anchored, not final yet' },
  final: { zh: '已上链并最终确认', en: 'anchored and final' },
};
