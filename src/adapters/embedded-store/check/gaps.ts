import { bilingual, type Message } from '../../../text/message.ts';
import { CHECK_FAULTS } from '../../../text/store.ts';
import type { Loss } from '../journal/journal-survey.ts';
import { frameRange, recordRange, REPAIR, type StoreProblem } from './problems.ts';

/** Frames that cannot be read, until a commit behind them states which records they held. */
export interface Gap {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly losses: readonly Loss[];
}

/**
 * One problem for each loss of the gaps. Their records are [firstRecord, endRecord), or all from
 * `firstRecord` on where no end is known; `recovery` states whether the index still has them.
 */
export function gapProblems(
  gaps: readonly Gap[],
  firstRecord: bigint,
  endRecord: bigint | undefined,
  recovery: Message,
): StoreProblem[] {
  const hasRecords = endRecord === undefined || endRecord > firstRecord;
  const records =
    endRecord === undefined
      ? bilingual(CHECK_FAULTS.recordsFrom, { first: firstRecord })
      : recordRange(firstRecord, endRecord - 1n);
  return gaps.flatMap(({ firstSeq, lastSeq, losses }) =>
    losses.map(({ code, path, offset, lengthBytes, reason }) => {
      const hasFrames = lastSeq >= firstSeq;
      const lost =
        lengthBytes === 0 ? reason : bilingual(CHECK_FAULTS.lost, { length: lengthBytes, offset, reason });
      const message = hasFrames
        ? bilingual(CHECK_FAULTS.gap, {
            reason: lost,
            frames: frameRange(firstSeq, lastSeq),
            records: hasRecords ? records : CHECK_FAULTS.noRecords,
            recovery: hasRecords ? recovery : CHECK_FAULTS.nothing,
          })
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
