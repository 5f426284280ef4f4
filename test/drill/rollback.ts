import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, placeOf, registers, verify, watch } from './looks.ts';
import type { Minutes } from './minutes.ts';
import type { Stage } from './stage.ts';
import { BY, WHO } from './words.ts';

/**
 * Everything that the operator has is put back from an older copy, the chain too: whatever is newer
 * never was.
 */
export async function rollback(stage: Stage, minutes: Minutes): Promise<void> {
  minutes.begin({ en: 'a rollback with everything restored', zh: '全部恢复到旧状态的回滚' });
  const { operator, auditor, stranger, court, notary } = stage;
  await Promise.all([court.start(), notary.start()]);
  const asking = stage.other(stage.older, { isWitnessed: true });
  await asking.start();
  minutes.saw(WHO.program, BY.start, await registers(asking), 'alarm', 'log-rolled-back');
  await asking.stop();

  const restored = stage.other(stage.older, { isWitnessed: false });
  await restored.start();
  const there = placeOf(restored);
  minutes.tell({ en: 'the operator asks witnesses no more', zh: '运营方不再请求见证' });
  minutes.saw(WHO.program, BY.startAlone, await registers(restored), 'quiet', 'ready');
  minutes.saw(
    WHO.auditor,
    BY.memory,
    await audit(auditor, there, '--state', 'audit.state'),
    'alarm',
    'log-rolled-back',
  );
  minutes.saw(WHO.newcomer, BY.urls, await audit(auditor, there), 'doubt', 'witness-ahead');
  minutes.saw(WHO.newcomer, BY.watch, await watch(auditor, there), 'alarm', 'log-rolled-back');
  minutes.saw(WHO.credulousNewcomer, BY.urls, await audit(auditor, there, '--trust', 'plain.json'), 'quiet', 'ok');
  const newer = (trust: string) => verify(stranger, stage.letter('newer'), '--trust', trust, '--rpc', there.rpc);
  minutes.saw(WHO.stranger, BY.newerReceipt, await newer('plain.json'), 'doubt', 'source-behind');

  for (const name of ['again', 'and-again']) {
    writeFileSync(stage.letter(name), `the letter ${name}`);
    const adding = ['add', stage.letter(name), '--wait', 'final', '--url', there.url];
    await operator.run(adding, { EVL_HOME: join(operator.dir, 'home-without-memory') });
  }
  minutes.tell({ en: 'log and chain grow again, as if nothing had been', zh: '日志和链重新增长，若无其事' });
  minutes.saw(
    WHO.newcomer,
    BY.urlsLater,
    await audit(auditor, there),
    'alarm',
    'log-forked (witness court, witness notary)',
  );
  minutes.saw(WHO.stranger, BY.newerReceiptLater, await newer('plain.json'), 'alarm', 'INCONSISTENT');
  minutes.holds(WHO.stranger, BY.pinnedReceipt, await newer('trust.json'), 'VERIFIED');
  await restored.stop();
  await stage.rest();
}
