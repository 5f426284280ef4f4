import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, endpointsOf, readiness, verify, watch } from './observations.ts';
import type { Transcript } from './transcript.ts';
import type { Stage } from './stage.ts';
import { BY, WHO } from './texts.ts';

/**
 * The operator restores everything from an older copy, including the chain: newer records are gone.
 */
export async function rollback(stage: Stage, transcript: Transcript): Promise<void> {
  transcript.begin({ en: 'a rollback with everything restored', zh: '全部恢复到旧状态的回滚' });
  const { operator, auditor, stranger, court, notary } = stage;
  await Promise.all([court.start(), notary.start()]);
  const asking = stage.other(stage.older, { isWitnessed: true });
  await asking.start();
  transcript.record(WHO.program, BY.start, await readiness(asking), 'alarm', 'log-rolled-back');
  await asking.stop();

  const restored = stage.other(stage.older, { isWitnessed: false });
  await restored.start();
  const endpoints = endpointsOf(restored);
  transcript.narrate({ en: 'the operator no longer asks the witnesses', zh: '运营方不再请求见证' });
  transcript.record(WHO.program, BY.startAlone, await readiness(restored), 'quiet', 'ready');
  transcript.record(
    WHO.auditor,
    BY.memory,
    await audit(auditor, endpoints, '--state', 'audit.state'),
    'alarm',
    'log-rolled-back',
  );
  transcript.record(WHO.newcomer, BY.urls, await audit(auditor, endpoints), 'doubt', 'witness-ahead');
  transcript.record(WHO.newcomer, BY.watch, await watch(auditor, endpoints), 'alarm', 'log-rolled-back');
  transcript.record(
    WHO.lenientNewcomer,
    BY.urls,
    await audit(auditor, endpoints, '--trust', 'plain.json'),
    'quiet',
    'ok',
  );
  const newer = (trust: string) => verify(stranger, stage.letter('newer'), '--trust', trust, '--rpc', endpoints.rpc);
  transcript.record(WHO.stranger, BY.newerReceipt, await newer('plain.json'), 'doubt', 'source-behind');

  for (const name of ['again', 'and-again']) {
    writeFileSync(stage.letter(name), `the letter ${name}`);
    const adding = ['add', stage.letter(name), '--wait', 'final', '--url', endpoints.url];
    await operator.run(adding, { EVL_HOME: join(operator.dir, 'home-without-memory') });
  }
  transcript.narrate({
    en: 'log and chain grow again, as if nothing had happened',
    zh: '存证日志和区块链重新增长，不留痕迹',
  });
  transcript.record(
    WHO.newcomer,
    BY.urlsLater,
    await audit(auditor, endpoints),
    'alarm',
    'log-forked (witness court, witness notary)',
  );
  transcript.record(WHO.stranger, BY.newerReceiptLater, await newer('plain.json'), 'alarm', 'INCONSISTENT');
  transcript.confirm(WHO.stranger, BY.pinnedReceipt, await newer('trust.json'), 'VERIFIED');
  await restored.stop();
  await stage.stopAll();
}
