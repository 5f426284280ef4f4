import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatAddCheckpoint } from '../../src/protocol/note/add-checkpoint.ts';
import { register } from './honest-run.ts';
import { add, audit, endpointsOf, readiness, verify } from './observations.ts';
import type { Transcript } from './transcript.ts';
import type { Stage } from './stage.ts';
import { BY, WHO } from './texts.ts';

/**
 * The operator shows the stranger a second history, signed with the same key and anchored on a copy
 * of the chain; everybody else sees the first.
 */
export async function splitView(stage: Stage, transcript: Transcript): Promise<void> {
  transcript.begin({ en: 'a split view', zh: '分裂视图' });
  const { operator, auditor, stranger, court } = stage;
  const copy = join(operator.dir, 'second-history');
  cpSync(stage.data, copy, { recursive: true });
  await stage.startAll();
  await register(stage, 'for-all');
  await audit(auditor, endpointsOf(stage.service), '--state', 'audit.state');

  const second = stage.other(copy, { isWitnessed: false });
  await second.start();
  transcript.narrate({
    en: 'a copy of ledger and chain registers another letter at the same index of the log, for the stranger only',
    zh: '存证系统和区块链的副本在存证日志的同一序号登记另一份文件，只出示给第三人',
  });
  const letter = stage.letter('for-one');
  writeFileSync(letter, 'the letter for one');
  const adding = [letter, '--wait', 'final', '--url', second.url];
  transcript.record(WHO.handler, BY.add, await add(operator, ...adding), 'doubt', 'trust-changed');
  await operator.run(['add', ...adding], { EVL_HOME: join(operator.dir, 'home-without-memory') });
  const endpoints = endpointsOf(second);

  const judged = (trust: string, rpc: string) => verify(stranger, letter, '--trust', trust, '--rpc', rpc);
  transcript.record(
    WHO.stranger,
    BY.verifyThere,
    await judged('trust.json', endpoints.rpc),
    'doubt',
    'too-few-cosignatures',
  );
  transcript.record(
    WHO.stranger,
    BY.verifyHere,
    await judged('trust.json', stage.service.chainUrl),
    'alarm',
    'INCONSISTENT',
  );
  transcript.record(
    WHO.lenientStranger,
    BY.verifyThere,
    await judged('plain.json', endpoints.rpc),
    'quiet',
    'VERIFIED',
  );
  transcript.record(
    WHO.newcomer,
    BY.urls,
    await audit(auditor, endpoints),
    'alarm',
    'log-forked (witness court, witness notary)',
  );
  transcript.record(
    WHO.auditor,
    BY.memory,
    await audit(auditor, endpoints, '--state', 'audit.state'),
    'alarm',
    'log-forked',
  );
  transcript.record(
    WHO.lenientNewcomer,
    BY.urls,
    await audit(auditor, endpoints, '--trust', 'plain.json'),
    'quiet',
    'ok',
  );

  const note = await (await fetch(`${second.url}/log/checkpoint`)).text();
  const offered = formatAddCheckpoint({ oldSize: BigInt(await court.size()), proof: [], note });
  transcript.record(
    WHO.courtWitness,
    BY.offered,
    await court.offer(offered),
    'alarm',
    'root-differs, HTTP 422, evidence kept',
  );
  await second.stop();

  const asking = stage.other(copy, { isWitnessed: true });
  await asking.start();
  transcript.record(WHO.program, BY.start, await readiness(asking), 'alarm', 'log-forked');
  await asking.stop();
  await stage.stopAll();
}
