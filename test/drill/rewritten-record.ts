import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { dataPaths } from '../../src/adapters/data-folder/data-folder.ts';
import { readLogKey } from '../../src/adapters/keys/log-key.ts';
import type { LedgerRecord } from '../../src/log/model.ts';
import { rewriteJournal } from '../faults/insider.ts';
import { audit, endpointsOf, readiness, verify } from './observations.ts';
import type { Transcript } from './transcript.ts';
import type { Stage } from './stage.ts';
import { BY, WHO } from './texts.ts';

/**
 * The operator changes the case of a record, and recomputes every later hash and signature with the
 * log's own key. The chain is unchanged.
 */
export async function rewrittenRecord(stage: Stage, transcript: Transcript): Promise<void> {
  transcript.begin({ en: 'a record rewritten with all later hashes', zh: '改写一条记录并重算其后全部哈希' });
  const { operator, auditor, stranger, court, notary } = stage;
  const copy = join(operator.dir, 'rewritten');
  cpSync(stage.data, copy, { recursive: true });
  await rewriteJournal(copy, toOtherCase, readLogKey(dataPaths(copy).logKey));
  await operator.run(['rebuild-index'], { EVL_DATA_DIR: copy });
  await Promise.all([court.start(), notary.start()]);
  const rewritten = stage.other(copy, { isWitnessed: true });
  await rewritten.start();
  const endpoints = endpointsOf(rewritten);
  transcript.narrate({ en: 'the second record now belongs to another case', zh: '第二条记录已改属另一案件' });

  transcript.record(WHO.program, BY.start, await readiness(rewritten), 'alarm', 'log-forked');
  transcript.record(WHO.newcomer, BY.urls, await audit(auditor, endpoints), 'alarm', 'anchor-root-differs');
  transcript.record(
    WHO.auditor,
    BY.memory,
    await audit(auditor, endpoints, '--state', 'audit.state'),
    'alarm',
    'log-forked',
  );
  const lookUp = ['--trust', 'trust.json', '--rpc', endpoints.rpc, '--url', endpoints.url];
  // in a folder of its own: next to the letter its receipt would be found
  const fileOnly = join(stranger.dir, 'file-only', 'two.txt');
  cpSync(stage.letter('two'), fileOnly);
  transcript.record(WHO.stranger, BY.lookUp, await verify(stranger, fileOnly, ...lookUp), 'alarm', 'INCONSISTENT');
  const held = await verify(stranger, stage.letter('two'), '--trust', 'trust.json', '--offline');
  transcript.confirm(WHO.stranger, BY.offline, held, 'VERIFIED');
  await rewritten.stop();
  await stage.stopAll();
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
