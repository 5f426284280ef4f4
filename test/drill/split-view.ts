import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatAddCheckpoint } from '../../src/protocol/note/add-checkpoint.ts';
import { register } from './honest-run.ts';
import { add, audit, placeOf, registers, verify } from './looks.ts';
import type { Minutes } from './minutes.ts';
import type { Stage } from './stage.ts';
import { BY, WHO } from './words.ts';

/**
 * The operator shows the stranger a second history, signed with the same key and anchored on a copy
 * of the chain; all others see the first.
 */
export async function splitView(stage: Stage, minutes: Minutes): Promise<void> {
  minutes.begin({ en: 'a split view', zh: '分裂视图' });
  const { operator, auditor, stranger, court } = stage;
  const copy = join(operator.dir, 'second-history');
  cpSync(stage.data, copy, { recursive: true });
  await stage.wake();
  await register(stage, 'for-all');
  await audit(auditor, placeOf(stage.service), '--state', 'audit.state');

  const second = stage.other(copy, { isWitnessed: false });
  await second.start();
  minutes.tell({
    en: 'a copy of ledger and chain registers another letter at the same place of the log, for the stranger alone',
    zh: '账本和链的副本在日志同一位置登记另一份文件，只给外人看',
  });
  const letter = stage.letter('for-one');
  writeFileSync(letter, 'the letter for one');
  const adding = [letter, '--wait', 'final', '--url', second.url];
  minutes.saw(WHO.handler, BY.add, await add(operator, ...adding), 'doubt', 'trust-changed');
  await operator.run(['add', ...adding], { EVL_HOME: join(operator.dir, 'home-without-memory') });
  const there = placeOf(second);

  const judged = (trust: string, rpc: string) => verify(stranger, letter, '--trust', trust, '--rpc', rpc);
  minutes.saw(WHO.stranger, BY.verifyThere, await judged('trust.json', there.rpc), 'doubt', 'too-few-cosignatures');
  minutes.saw(WHO.stranger, BY.verifyHere, await judged('trust.json', stage.service.chainUrl), 'alarm', 'INCONSISTENT');
  minutes.saw(WHO.credulous, BY.verifyThere, await judged('plain.json', there.rpc), 'quiet', 'VERIFIED');
  minutes.saw(
    WHO.newcomer,
    BY.urls,
    await audit(auditor, there),
    'alarm',
    'log-forked (witness court, witness notary)',
  );
  minutes.saw(WHO.auditor, BY.memory, await audit(auditor, there, '--state', 'audit.state'), 'alarm', 'log-forked');
  minutes.saw(WHO.credulousNewcomer, BY.urls, await audit(auditor, there, '--trust', 'plain.json'), 'quiet', 'ok');

  const note = await (await fetch(`${second.url}/log/checkpoint`)).text();
  const offered = formatAddCheckpoint({ oldSize: BigInt(await court.size()), proof: [], note });
  minutes.saw(
    WHO.courtWitness,
    BY.offered,
    await court.offer(offered),
    'alarm',
    'root-differs, HTTP 422, evidence kept',
  );
  await second.stop();

  const asking = stage.other(copy, { isWitnessed: true });
  await asking.start();
  minutes.saw(WHO.program, BY.start, await registers(asking), 'alarm', 'log-forked');
  await asking.stop();
  await stage.rest();
}
