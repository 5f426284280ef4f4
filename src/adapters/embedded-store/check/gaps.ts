import { bilingual, type Message } from '../../../text/message.ts';
import { CHECK_FAULTS } from '../../../text/store.ts';
import type { Loss } from '../journal/journal-survey.ts';
import { frameRange, recordRange, REPAIR } from './problems.ts';
import type { StoreProblem } from '../../../log/model.ts';

/** Frames that cannot be read, until a commit behind them states which records they held. */
export interface Gap {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly losses: readonly Loss[];
}

/**
 * One problem for each loss of the gaps. Their records are [firstRecord, endRecord), or all from
 * `firstRecord` on where no end is known; `recovery` states whether the index still has them, where
 * it was compared.
 */
export function gapProblems(
  gaps: readonly Gap[],
  firstRecord: bigint,
  endRecord: bigint | undefined,
  recovery: Message | undefined,
): StoreProblem[] {
  const hasRecords = endRecord === undefined || endRecord > firstRecord;
  const records = recordsMessage(firstRecord, endRecord);
  return gaps.flatMap(({ firstSeq, lastSeq, losses }) =>
    losses.map(({ code, path, offset, lengthBytes, reason }) => {
      const hasFrames = lastSeq >= firstSeq;
      const lost = lengthBytes === 0 ? reason : bilingual(CHECK_FAULTS.lost, { length: lengthBytes, offset, reason });
      const message = hasFrames
        ? gapMessage(
            { reason: lost, frames: frameRange(firstSeq, lastSeq), records },
            hasRecords ? recovery : undefined,
          )
        : bilingual(CHECK_FAULTS.noFrames, { reason: lost });
      const where = {
        file: path,
        offset,
        lengthBytes,
        seq: firstSeq,
        ...(hasFrames && { lastSeq }),
        ...(hasFrames && hasRecords && { record: firstRecord }),
        ...(hasFrames && hasRecords && endRecord !== undefined && { lastRecord: endRecord - 1n }),
      };
      return { code, where, message, repair: REPAIR };
    }),
  );
}

function recordsMessage(first: bigint, end: bigint | undefined): Message {
  if (end === undefined) return bilingual(CHECK_FAULTS.recordsFrom, { first });
  return end > first ? recordRange(first, end - 1n) : CHECK_FAULTS.noRecords;
}

function gapMessage(
  gap: { readonly reason: Message; readonly frames: Message; readonly records: Message },
  recovery: Message | undefined,
): Message {
  return recovery === undefined
    ? bilingual(CHECK_FAULTS.gap, gap)
    : bilingual(CHECK_FAULTS.gapIndexed, { ...gap, recovery });
}
