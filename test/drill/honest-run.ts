import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../server/ledger-fixture.ts';
import { audit, endpointsOf, verify } from './observations.ts';
import type { Transcript } from './transcript.ts';
import { mustSucceed, type Stage } from './stage.ts';
import { BY, WHO } from './texts.ts';

const PINNED = ['two', 'one', 'none'] as const;

/**
 * Letters are registered with both witnesses, with one, and with none; the auditor endorses; in the
 * end service, chain and witnesses are stopped, and receipts are verified offline.
 */
export async function honestRun(stage: Stage, transcript: Transcript): Promise<void> {
  transcript.begin({ en: 'An honest run', zh: '如实运行' }, false);
  const { service, court, notary } = stage;
  transcript.narrate({
    en: 'the operator registers four letters of the stranger: with both witnesses, without the notary, without either, and with both again',
    zh: '运营方为第三人登记四份文件：两个见证节点均运行时、公证处停止时、均停止时、再次均运行时',
  });
  await register(stage, 'opening');
  await register(stage, 'two');
  await notary.close();
  await register(stage, 'one');
  await court.close();
  await register(stage, 'none');
  await service.stop();
  cpSync(stage.data, stage.older, { recursive: true });
  await stage.startAll();
  await register(stage, 'newer');
  await endorse(stage, transcript);
  await judge(stage, transcript);
}

/**
 * Registers a letter of the stranger and waits until its anchor is final; the receipt is next to
 * it.
 */
export async function register({ operator, stranger }: Stage, name: string): Promise<void> {
  writeFileSync(join(stranger.dir, `${name}.txt`), `the letter ${name}`);
  await mustSucceed(operator, 'add', join(stranger.dir, `${name}.txt`), '--wait', 'final');
}

async function endorse(stage: Stage, transcript: Transcript): Promise<void> {
  const { auditor, stranger, service } = stage;
  const endorsed = await audit(auditor, endpointsOf(service), '--state', 'audit.state', '--endorse', 'auditor.key');
  transcript.record(WHO.auditor, BY.endorse, endorsed, 'quiet', 'ok, exit 0');
  for (const name of ['two', 'newer']) {
    const receipt = join(stranger.dir, `${name}.txt.receipt.json`);
    await eventually(async () => {
      await mustSucceed(stranger, 'receipt', 'upgrade', receipt, '--trust', 'trust.json', '--url', service.url);
      return readFileSync(receipt, 'utf8').includes('"endorsements"') ? true : undefined;
    });
  }
}

/** The verdicts with two, one and none of two witnesses, online and offline. */
async function judge(stage: Stage, transcript: Transcript): Promise<void> {
  const { court, stranger, service } = stage;
  const rpc = service.chainUrl;
  const pin = (who: typeof stranger, name: string) =>
    mustSucceed(who, 'trust', 'pin-block', stage.receipt(name), '--trust', 'trust.json', '--rpc', rpc);
  for (const name of ['two', 'newer']) await pin(stranger, name);
  for (const name of PINNED) await pin(court.workplace, name);
  const recordCourt = async (name: string, ...where: string[]) => {
    const observation = await verify(court.workplace, stage.letter(name), '--trust', 'trust.json', ...where);
    const expected = name === 'two' ? 'VERIFIED: 2 of 2' : `too-few-cosignatures (${name === 'one' ? 1 : 0} of 2)`;
    transcript.record(
      WHO.court,
      where[0] === '--offline' ? BY.offline : BY.verify,
      observation,
      name === 'two' ? 'quiet' : 'doubt',
      expected,
    );
  };
  const recordStranger = async (independence: string, ...where: string[]) => {
    const observation = await verify(stranger, stage.letter('two'), '--trust', 'trust.json', ...where);
    transcript.record(
      WHO.stranger,
      where[0] === '--offline' ? BY.offline : BY.verify,
      observation,
      'quiet',
      independence,
    );
  };
  for (const name of PINNED) await recordCourt(name, '--rpc', rpc);
  await recordStranger('pinned-block+witnesses+endorsers', '--rpc', rpc);
  await stage.stopAll();
  transcript.narrate({ en: 'service, chain and witnesses are stopped', zh: '服务、区块链和见证节点均已停止' });
  for (const name of PINNED) await recordCourt(name, '--offline');
  await recordStranger('pinned-block+witnesses+endorsers', '--offline');
}
