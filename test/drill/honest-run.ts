import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../server/ledger-fixture.ts';
import { audit, placeOf, verify } from './looks.ts';
import type { Minutes } from './minutes.ts';
import { mustSucceed, type Stage } from './stage.ts';
import { BY, WHO } from './words.ts';

const PINNED = ['two', 'one', 'none'] as const;

/**
 * Letters are registered with both witnesses, with one, with none; the auditor endorses; at last
 * everybody but the readers is away.
 */
export async function honestRun(stage: Stage, minutes: Minutes): Promise<void> {
  minutes.begin({ en: 'An honest run', zh: '如实运行' }, false);
  const { service, court, notary } = stage;
  minutes.tell({
    en: 'the operator registers four letters of the stranger: with both witnesses there, without the notary, without either, with both again',
    zh: '运营方为外人登记四份文件：两个见证节点都在时，公证处不在时，都不在时，又都在时',
  });
  await register(stage, 'opening');
  await register(stage, 'two');
  await notary.close();
  await register(stage, 'one');
  await court.close();
  await register(stage, 'none');
  await service.stop();
  cpSync(stage.data, stage.older, { recursive: true });
  await stage.wake();
  await register(stage, 'newer');
  await endorse(stage, minutes);
  await judge(stage, minutes);
}

/** Registers a letter of the stranger and has it anchored; the receipt lies beside the letter. */
export async function register({ operator, stranger }: Stage, name: string): Promise<void> {
  writeFileSync(join(stranger.dir, `${name}.txt`), `the letter ${name}`);
  await mustSucceed(operator, 'add', join(stranger.dir, `${name}.txt`), '--wait', 'final');
}

async function endorse(stage: Stage, minutes: Minutes): Promise<void> {
  const { auditor, stranger, service } = stage;
  const endorsed = await audit(auditor, placeOf(service), '--state', 'audit.state', '--endorse', 'auditor.key');
  minutes.saw(WHO.auditor, BY.endorse, endorsed, 'quiet', 'ok, exit 0');
  for (const name of ['two', 'newer']) {
    const receipt = join(stranger.dir, `${name}.txt.receipt.json`);
    await eventually(async () => {
      await mustSucceed(stranger, 'receipt', 'upgrade', receipt, '--trust', 'trust.json', '--url', service.url);
      return readFileSync(receipt, 'utf8').includes('"endorsements"') ? true : undefined;
    }, 60_000);
  }
}

/** The verdicts with two, one and none of two witnesses, asked and offline. */
async function judge(stage: Stage, minutes: Minutes): Promise<void> {
  const { court, stranger, service } = stage;
  const rpc = service.chainUrl;
  const pin = (who: typeof stranger, name: string) =>
    mustSucceed(who, 'trust', 'pin-block', stage.receipt(name), '--trust', 'trust.json', '--rpc', rpc);
  for (const name of ['two', 'newer']) await pin(stranger, name);
  for (const name of PINNED) await pin(court.workplace, name);
  const courtSees = async (name: string, ...where: string[]) => {
    const look = await verify(court.workplace, stage.letter(name), '--trust', 'trust.json', ...where);
    const wanted = name === 'two' ? 'VERIFIED: 2 of 2' : `too-few-cosignatures (${name === 'one' ? 1 : 0} of 2)`;
    minutes.saw(
      WHO.court,
      where[0] === '--offline' ? BY.offline : BY.verify,
      look,
      name === 'two' ? 'quiet' : 'doubt',
      wanted,
    );
  };
  const strangerSees = async (independence: string, ...where: string[]) => {
    const look = await verify(stranger, stage.letter('two'), '--trust', 'trust.json', ...where);
    minutes.saw(WHO.stranger, where[0] === '--offline' ? BY.offline : BY.verify, look, 'quiet', independence);
  };
  for (const name of PINNED) await courtSees(name, '--rpc', rpc);
  await strangerSees('pinned-block+witnesses+endorsers', '--rpc', rpc);
  await stage.rest();
  minutes.tell({ en: 'service, chain and witnesses are away', zh: '服务、链和见证节点均已停止' });
  for (const name of PINNED) await courtSees(name, '--offline');
  await strangerSees('pinned-block+witnesses+endorsers', '--offline');
}
