import type { Lang } from '../../src/text/message.ts';
import { honestRun } from './honest-run.ts';
import { Transcript } from './transcript.ts';
import { rewrittenRecord } from './rewritten-record.ts';
import { rollback } from './rollback.ts';
import { splitView } from './split-view.ts';
import { Stage } from './stage.ts';
import { stolenKey } from './stolen-key.ts';

/**
 * Runs the whole drill. The acts build on each other; each begins and ends with everything stopped.
 */
export async function drill(lang: Lang, print: (line: string) => void, keep = false): Promise<Transcript> {
  const transcript = new Transcript(lang, print);
  const stage = new Stage();
  try {
    await stage.build();
    for (const act of [honestRun, splitView, rewrittenRecord, rollback, stolenKey]) await act(stage, transcript);
  } finally {
    await stage.end();
    if (keep) print(`\n${stage.dir}`);
    else stage.remove();
  }
  return transcript;
}
