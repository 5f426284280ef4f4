import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../server/ledger-fixture.ts';
import type { AnchorJson, ReceiptJson, TrustJson } from '../oracle/ledger.ts';
import { register } from './honest-run.ts';
import { audit, conflictWith, placeOf, trustDiff, verify } from './looks.ts';
import type { Look, Minutes } from './minutes.ts';
import { mustSucceed, type Stage } from './stage.ts';
import { Thief } from './thief.ts';
import { BY, WHO } from './words.ts';

/**
 * Somebody has a copy of the log's key, and forges a record of the past; the operator changes the
 * key and revokes the old one.
 */
export async function stolenKey(stage: Stage, minutes: Minutes): Promise<void> {
  minutes.begin({ en: 'a stolen log key', zh: '日志密钥被盗' });
  await stage.wake();
  const size = Number(await stage.court.size());
  const stolen = join(stage.dir, 'stolen.key');
  copyFileSync(join(stage.data, 'keys', 'log.key'), stolen);
  const thief = await Thief.with(stolen, stage.service.url, size, stage.receipt('two'));
  minutes.tell({
    en: 'the thief signs two trees in which the second record is of another case: one of a size that is anchored, one that is newer than the log',
    zh: '窃贼签署两棵树，其中第二条记录改属另一案件：一棵的大小早已锚定，另一棵比日志更新',
  });
  thief.writeReceipt(size - 1, stage.receipt('forged-old'));
  thief.writeReceipt(size + 1, stage.receipt('forged-new'));
  await beforeRevocation(stage, minutes, thief, size);
  await revoke(stage, minutes);
  await afterRevocation(stage, minutes);
  await carelessWitness(stage, minutes, stolen);
  await stage.rest();
}

async function beforeRevocation(stage: Stage, minutes: Minutes, thief: Thief, size: number): Promise<void> {
  const { court, service, auditor } = stage;
  const refused = 'HTTP 422, evidence kept';
  minutes.saw(
    WHO.courtWitness,
    BY.offeredOld,
    await court.offer(thief.offer(size)),
    'alarm',
    `root-differs, ${refused}`,
  );
  minutes.saw(
    WHO.courtWitness,
    BY.offeredNew,
    await court.offer(thief.offer(size + 1)),
    'alarm',
    `proof-wrong, ${refused}`,
  );
  await using shown = await thief.serve(size);
  const there = { url: shown.url, rpc: service.chainUrl };
  minutes.saw(
    WHO.newcomer,
    BY.urls,
    await audit(auditor, there),
    'alarm',
    'log-forked (witness court, witness notary)',
  );
  minutes.saw(WHO.auditor, BY.memory, await audit(auditor, there, '--state', 'audit.state'), 'alarm', 'log-forked');
  const look = (age: 'old' | 'new', trust: string, ...where: string[]) => judgeForged(stage, age, trust, ...where);
  const online = ['--rpc', service.chainUrl];
  minutes.saw(WHO.court, BY.oldReceipt, await look('old', 'trust.json', ...online), 'alarm', 'anchored-root-differs');
  minutes.saw(
    WHO.court,
    BY.oldReceiptOffline,
    await look('old', 'trust.json', '--offline'),
    'doubt',
    'too-few-cosignatures (0 of 2)',
  );
  minutes.saw(
    WHO.court,
    BY.newReceipt,
    await look('new', 'trust.json', ...online),
    'doubt',
    'too-few-cosignatures (0 of 2)',
  );
  minutes.saw(
    WHO.credulousCourt,
    BY.oldReceipt,
    await look('old', 'plain.json', ...online),
    'alarm',
    'anchored-root-differs',
  );
  minutes.saw(WHO.credulousCourt, BY.newReceipt, await look('new', 'plain.json', ...online), 'doubt', 'PENDING');
  minutes.saw(
    WHO.credulousCourt,
    BY.newReceiptOffline,
    await look('new', 'plain.json', '--offline'),
    'doubt',
    'PENDING',
  );
}

/** The receipt with the letter that it is of: the thief put the letter into another case. */
function judgeForged(stage: Stage, age: 'old' | 'new', trust: string, ...where: readonly string[]): Promise<Look> {
  const receipt = ['--receipt', stage.receipt(`forged-${age}`)];
  return verify(stage.court.workplace, stage.letter('two'), ...receipt, '--trust', trust, ...where);
}

interface Rotated {
  readonly oldKey: string;
  readonly newKey: string;
  readonly trust: { readonly sha256: string };
}

async function revoke(stage: Stage, minutes: Minutes): Promise<void> {
  const { operator, court, notary, stranger, service } = stage;
  const { anchor } = JSON.parse(readFileSync(stage.receipt('for-all'), 'utf8')) as ReceiptJson & { anchor: AnchorJson };
  await service.stop();
  const rotated = await operator.json<Rotated>(['key', 'rotate', 'log', '--revoke-old-at', anchor.blockNumber]);
  const { oldKey, newKey } = rotated;
  await Promise.all([court.changeKey(oldKey, newKey), notary.changeKey(oldKey, newKey, true)]);
  await service.start();
  minutes.tell({
    en: 'the operator changes the log key and revokes the old one at the block of the last anchor; the witnesses take the new one, but the notary forgets to take the old one away',
    zh: '运营方更换日志密钥，并在最后一次锚定的区块上吊销旧密钥；见证节点改用新密钥，但公证处忘了去掉旧密钥',
  });
  minutes.holds(WHO.stranger, BY.diff, await trustDiff(stranger, service.url), 'by-trusted-key');
  await mustSucceed(operator, 'trust', 'pin', '--sha256', rotated.trust.sha256);
  stage.giveTrust((await (await fetch(`${service.url}/trust.json`)).json()) as TrustJson);
}

async function afterRevocation(stage: Stage, minutes: Minutes): Promise<void> {
  const { court, service } = stage;
  const online = ['--rpc', service.chainUrl];
  const look = (age: 'old' | 'new', ...where: string[]) => judgeForged(stage, age, 'trust.json', ...where);
  minutes.saw(WHO.court, BY.oldReceiptRevoked, await look('old', ...online), 'alarm', 'key-revoked');
  minutes.saw(WHO.court, BY.oldReceiptRevokedOffline, await look('old', '--offline'), 'doubt', 'key-revoked');
  minutes.saw(WHO.court, BY.newReceiptRevoked, await look('new', ...online), 'doubt', 'key-not-for-this-size');
  await register(stage, 'after');
  minutes.holds(
    WHO.court,
    BY.earlierReceipt,
    await verify(court.workplace, stage.letter('two'), '--trust', 'trust.json', ...online),
    'VERIFIED: 2 of 2',
  );
  minutes.holds(WHO.court, BY.laterReceipt, await withQuorum(stage, 'after', ...online), 'VERIFIED: 2 of 2');
  const honest = await audit(stage.auditor, placeOf(service), '--state', 'audit.state');
  minutes.holds(WHO.auditor, BY.memory, honest, 'ok');
}

/**
 * The thief appends to the honest log. Who still takes the old key cannot tell that from the log's
 * own checkpoint, and is no witness of this log from then on.
 */
async function carelessWitness(stage: Stage, minutes: Minutes, stolen: string): Promise<void> {
  const { court, notary, service } = stage;
  const thief = await Thief.with(stolen, service.url, Number(await court.size()), stage.receipt('two'));
  const offered = thief.offerExtension();
  minutes.saw(WHO.courtWitness, BY.offeredLater, await court.offer(offered), 'doubt', 'signature-wrong');
  minutes.saw(WHO.carelessWitness, BY.offeredLater, await notary.offer(offered), 'quiet', 'cosigned');
  await register(stage, 'last');
  minutes.saw(WHO.program, BY.asking, await conflictWith(service, notary.name), 'alarm', 'witness-conflict');
  minutes.saw(WHO.newcomer, BY.urls, await audit(stage.auditor, placeOf(service)), 'doubt', '(witness notary)');
}

/**
 * The witnesses, asked for the last checkpoint under a key that they have no more, cosign the next
 * one late; an upgrade brings their lines.
 */
async function withQuorum(stage: Stage, name: string, ...where: readonly string[]): Promise<Look> {
  const { workplace } = stage.court;
  const upgrade = ['receipt', 'upgrade', stage.receipt(name), '--trust', 'trust.json', '--url', stage.service.url];
  return eventually(async () => {
    await workplace.run(upgrade);
    const look = await verify(workplace, stage.letter(name), '--trust', 'trust.json', ...where);
    return look.grade === 'quiet' ? look : undefined;
  }, 60_000);
}
