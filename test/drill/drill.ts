import type { Lang } from '../../src/text/message.ts';
import { honestRun } from './honest-run.ts';
import { Minutes } from './minutes.ts';
import { rewrittenRecord } from './rewritten-record.ts';
import { rollback } from './rollback.ts';
import { splitView } from './split-view.ts';
import { Stage } from './stage.ts';
import { stolenKey } from './stolen-key.ts';

/**
 * The whole drill, in the order in which the acts need each other: each begins and ends with
 * everybody at rest.
 */
export async function drill(lang: Lang, print: (line: string) => void, keep = false): Promise<Minutes> {
  const minutes = new Minutes(lang, print);
  const stage = new Stage();
  try {
    await stage.build();
    for (const act of [honestRun, splitView, rewrittenRecord, rollback, stolenKey]) await act(stage, minutes);
  } finally {
    await stage.end();
    if (keep) print(`\n${stage.dir}`);
    else stage.remove();
  }
  return minutes;
}
