import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../server/ledger-fixture.ts';
import type { AnchorJson, ReceiptJson, TrustJson } from '../oracle/ledger.ts';
import { register } from './honest-run.ts';
import { audit, witnessState, endpointsOf, trustDiff, verify } from './observations.ts';
import type { Observation, Transcript } from './transcript.ts';
import { mustSucceed, type Stage } from './stage.ts';
import { Thief } from './thief.ts';
import { BY, WHO } from './texts.ts';

/**
 * A thief has a copy of the log's key and forges an earlier record; the operator changes the key
 * and revokes the old one.
 */
export async function stolenKey(stage: Stage, transcript: Transcript): Promise<void> {
  transcript.begin({ en: 'a stolen log key', zh: '日志密钥被盗' });
  await stage.startAll();
  const size = Number(await stage.court.size());
  const stolen = join(stage.dir, 'stolen.key');
  copyFileSync(join(stage.data, 'keys', 'log.key'), stolen);
  const thief = await Thief.with(stolen, stage.service.url, size, stage.receipt('two'));
  transcript.narrate({
    en: 'the thief signs two trees in which the second record belongs to another case: one of an anchored size, one newer than the log',
    zh: '盗用密钥者签署两棵树，其中第二条记录改属另一案件：一棵的条目数早已锚定，另一棵比存证日志更新',
  });
  thief.writeReceipt(size - 1, stage.receipt('forged-old'));
  thief.writeReceipt(size + 1, stage.receipt('forged-new'));
  await beforeRevocation(stage, transcript, thief, size);
  await revoke(stage, transcript);
  await afterRevocation(stage, transcript);
  await carelessWitness(stage, transcript, stolen);
  await stage.stopAll();
}

async function beforeRevocation(stage: Stage, transcript: Transcript, thief: Thief, size: number): Promise<void> {
  const { court, service, auditor } = stage;
  const refused = 'HTTP 422, evidence kept';
  transcript.record(
    WHO.courtWitness,
    BY.offeredOld,
    await court.offer(thief.offer(size)),
    'alarm',
    `root-differs, ${refused}`,
  );
  transcript.record(
    WHO.courtWitness,
    BY.offeredNew,
    await court.offer(thief.offer(size + 1)),
    'alarm',
    `proof-wrong, ${refused}`,
  );
  await using server = await thief.serve(size);
  const endpoints = { url: server.url, rpc: service.chainUrl };
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
  const observe = (age: 'old' | 'new', trust: string, ...where: string[]) => judgeForged(stage, age, trust, ...where);
  const online = ['--rpc', service.chainUrl];
  transcript.record(
    WHO.court,
    BY.oldReceipt,
    await observe('old', 'trust.json', ...online),
    'alarm',
    'anchored-root-differs',
  );
  transcript.record(
    WHO.court,
    BY.oldReceiptOffline,
    await observe('old', 'trust.json', '--offline'),
    'doubt',
    'too-few-cosignatures (0 of 2)',
  );
  transcript.record(
    WHO.court,
    BY.newReceipt,
    await observe('new', 'trust.json', ...online),
    'doubt',
    'too-few-cosignatures (0 of 2)',
  );
  transcript.record(
    WHO.lenientCourt,
    BY.oldReceipt,
    await observe('old', 'plain.json', ...online),
    'alarm',
    'anchored-root-differs',
  );
  transcript.record(WHO.lenientCourt, BY.newReceipt, await observe('new', 'plain.json', ...online), 'doubt', 'PENDING');
  transcript.record(
    WHO.lenientCourt,
    BY.newReceiptOffline,
    await observe('new', 'plain.json', '--offline'),
    'doubt',
    'PENDING',
  );
}

/** The forged receipt with its letter, which the thief has put into another case. */
function judgeForged(
  stage: Stage,
  age: 'old' | 'new',
  trust: string,
  ...where: readonly string[]
): Promise<Observation> {
  const receipt = ['--receipt', stage.receipt(`forged-${age}`)];
  return verify(stage.court.workplace, stage.letter('two'), ...receipt, '--trust', trust, ...where);
}

interface Rotated {
  readonly oldKey: string;
  readonly newKey: string;
  readonly trust: { readonly sha256: string };
}

async function revoke(stage: Stage, transcript: Transcript): Promise<void> {
  const { operator, court, notary, stranger, service } = stage;
  const { anchor } = JSON.parse(readFileSync(stage.receipt('for-all'), 'utf8')) as ReceiptJson & { anchor: AnchorJson };
  await service.stop();
  const rotated = await operator.json<Rotated>(['key', 'rotate', 'log', '--revoke-old-at', anchor.blockNumber]);
  const { oldKey, newKey } = rotated;
  await Promise.all([court.changeKey(oldKey, newKey), notary.changeKey(oldKey, newKey, true)]);
  await service.start();
  transcript.narrate({
    en: 'the operator changes the log key and revokes the old one at the block of the last anchor; the witnesses add the new one, but the notary forgets to remove the old one',
    zh: '运营方更换日志密钥，并在最后一次锚定的区块上吊销旧密钥；见证节点改用新密钥，但公证处遗漏移除旧密钥',
  });
  transcript.confirm(WHO.stranger, BY.diff, await trustDiff(stranger, service.url), 'by-trusted-key');
  await mustSucceed(operator, 'trust', 'pin', '--sha256', rotated.trust.sha256);
  stage.writeTrustFiles((await (await fetch(`${service.url}/trust.json`)).json()) as TrustJson);
}

async function afterRevocation(stage: Stage, transcript: Transcript): Promise<void> {
  const { court, service } = stage;
  const online = ['--rpc', service.chainUrl];
  const observe = (age: 'old' | 'new', ...where: string[]) => judgeForged(stage, age, 'trust.json', ...where);
  transcript.record(WHO.court, BY.oldReceiptRevoked, await observe('old', ...online), 'alarm', 'key-revoked');
  transcript.record(WHO.court, BY.oldReceiptRevokedOffline, await observe('old', '--offline'), 'doubt', 'key-revoked');
  transcript.record(WHO.court, BY.newReceiptRevoked, await observe('new', ...online), 'doubt', 'key-not-for-this-size');
  await register(stage, 'after');
  transcript.confirm(
    WHO.court,
    BY.earlierReceipt,
    await verify(court.workplace, stage.letter('two'), '--trust', 'trust.json', ...online),
    'VERIFIED: 2 of 2',
  );
  transcript.confirm(WHO.court, BY.laterReceipt, await withQuorum(stage, 'after', ...online), 'VERIFIED: 2 of 2');
  const honest = await audit(stage.auditor, endpointsOf(service), '--state', 'audit.state');
  transcript.confirm(WHO.auditor, BY.memory, honest, 'ok');
}

/**
 * The thief appends to the honest log. A witness that still accepts the old key cannot distinguish
 * that from the log's own checkpoint, and is no longer usable as a witness of this log.
 */
async function carelessWitness(stage: Stage, transcript: Transcript, stolen: string): Promise<void> {
  const { court, notary, service } = stage;
  const thief = await Thief.with(stolen, service.url, Number(await court.size()), stage.receipt('two'));
  const offered = thief.offerExtension();
  transcript.record(WHO.courtWitness, BY.offeredLater, await court.offer(offered), 'doubt', 'signature-wrong');
  transcript.record(WHO.carelessWitness, BY.offeredLater, await notary.offer(offered), 'quiet', 'cosigned');
  await register(stage, 'last');
  transcript.record(WHO.program, BY.asking, await witnessState(service, notary.name), 'alarm', 'witness-conflict');
  transcript.record(
    WHO.newcomer,
    BY.urls,
    await audit(stage.auditor, endpointsOf(service)),
    'doubt',
    '(witness notary)',
  );
}

/**
 * The witnesses first refuse the last checkpoint under the removed key and cosign the next one
 * late, so the receipt is upgraded until it has their lines.
 */
async function withQuorum(stage: Stage, name: string, ...where: readonly string[]): Promise<Observation> {
  const { workplace } = stage.court;
  const upgrade = ['receipt', 'upgrade', stage.receipt(name), '--trust', 'trust.json', '--url', stage.service.url];
  return eventually(async () => {
    await workplace.run(upgrade);
    const observation = await verify(workplace, stage.letter(name), '--trust', 'trust.json', ...where);
    return observation.grade === 'quiet' ? observation : undefined;
  });
}
