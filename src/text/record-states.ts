import type { Message } from './message.ts';

/**
 * The states of a record, from the weakest to the strongest: durable in the log, under a published
 * checkpoint, under an anchor that is in a block, under an anchor that is final by the rule of the
 * trust file.
 */
export const RECORD_STATES = ['registered', 'published', 'anchored', 'final'] as const;

export type RecordState = (typeof RECORD_STATES)[number];

/**
 * The size of the tree in each state: a record has the strongest state whose size is above its
 * index.
 */
export type StateSizes = Readonly<Record<Exclude<RecordState, 'registered'>, bigint>>;

/** The state of the record with this index (from 0). */
export function stateOf(index: bigint, sizes: StateSizes): RecordState {
  return (['final', 'anchored', 'published'] as const).find((state) => index < sizes[state]) ?? 'registered';
}

export const RECORD_STATE_LABELS: Readonly<Record<RecordState, Message>> = {
  registered: { zh: '已登记', en: 'registered' },
  published: { zh: '已公布', en: 'published' },
  anchored: { zh: '已上链，待确认', en: 'anchored, not final yet' },
  final: { zh: '已上链并最终确认', en: 'anchored and final' },
};
