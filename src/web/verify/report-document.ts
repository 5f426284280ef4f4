import type { Lang } from '../../text/message.ts';
import { independenceNote } from '../../verifier/report-view.ts';
import { thisProgram } from '../shared/build.ts';
import type { Wanted } from './record-link.ts';
import type { Result } from './result.ts';

/** A report as it is saved: in the form in which `evl verify --json` prints it. */
export function reportDocument(lang: Lang, result: Result, wanted: Wanted | undefined, verifiedAt: Date): object {
  const { report, newest } = result;
  const { steps, ...about } = report;
  return {
    ...about,
    independenceNote: independenceNote(report)[lang],
    subject: subjectOf(result, wanted),
    ...(newest && { newest }),
    verifiedAt: verifiedAt.toISOString(),
    program: thisProgram(),
    steps,
  };
}

/** What was given or looked up, and the receipt that was judged. */
function subjectOf({ name, given, digests, source }: Result, wanted: Wanted | undefined): object {
  const sought = {
    number: { number: wanted?.value },
    digest: { typed: wanted?.value },
    transaction: { transaction: wanted?.value },
  };
  return {
    ...(given === 'file' && { file: name }),
    ...(digests && { digests }),
    ...(wanted && sought[wanted.kind]),
    ...(source && { receipt: source }),
  };
}
