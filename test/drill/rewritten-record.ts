import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { dataPaths } from '../../src/adapters/data-folder/data-folder.ts';
import { readLogKey } from '../../src/adapters/keys/log-key.ts';
import type { LedgerRecord } from '../../src/log/model.ts';
import { rewriteJournal } from '../faults/insider.ts';
import { audit, placeOf, registers, verify } from './looks.ts';
import type { Minutes } from './minutes.ts';
import type { Stage } from './stage.ts';
import { BY, WHO } from './words.ts';

/**
 * The operator changes the case of a record, and makes every later hash and signature anew with the
 * log's own key. The chain is as it was.
 */
export async function rewrittenRecord(stage: Stage, minutes: Minutes): Promise<void> {
  minutes.begin({ en: 'a record rewritten with all later hashes', zh: '改写一条记录并重算其后全部哈希' });
  const { operator, auditor, stranger, court, notary } = stage;
  const copy = join(operator.dir, 'rewritten');
  cpSync(stage.data, copy, { recursive: true });
  await rewriteJournal(copy, toOtherCase, readLogKey(dataPaths(copy).logKey));
  await operator.run(['rebuild-index'], { EVL_DATA_DIR: copy });
  await Promise.all([court.start(), notary.start()]);
  const rewritten = stage.other(copy, { isWitnessed: true });
  await rewritten.start();
  const there = placeOf(rewritten);
  minutes.tell({ en: 'the second record is now of another case', zh: '第二条记录已改属另一案件' });

  minutes.saw(WHO.program, BY.start, await registers(rewritten), 'alarm', 'log-forked');
  minutes.saw(WHO.newcomer, BY.urls, await audit(auditor, there), 'alarm', 'anchor-root-differs');
  minutes.saw(WHO.auditor, BY.memory, await audit(auditor, there, '--state', 'audit.state'), 'alarm', 'log-forked');
  const lookUp = ['--trust', 'trust.json', '--rpc', there.rpc, '--url', there.url];
  cpSync(stage.letter('two'), stage.letter('no-receipt'));
  minutes.saw(
    WHO.stranger,
    BY.lookUp,
    await verify(stranger, stage.letter('no-receipt'), ...lookUp),
    'alarm',
    'INCONSISTENT',
  );
  const held = await verify(stranger, stage.letter('two'), '--trust', 'trust.json', '--offline');
  minutes.holds(WHO.stranger, BY.offline, held, 'VERIFIED');
  await rewritten.stop();
  await stage.rest();
}

function toOtherCase(record: LedgerRecord, index: bigint): LedgerRecord {
  if (index !== 1n) return record;
  return {
    ...record,
    sections: record.sections.map((section) =>
      section.name === 'case' ? { ...section, value: { number: 'another case' } } : section,
    ),
    lookups: record.lookups.map((lookup) => (lookup.by === 'case' ? { by: 'case', value: 'another case' } : lookup)),
  };
}
