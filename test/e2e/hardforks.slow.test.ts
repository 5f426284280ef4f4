import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { describe, expect, test } from 'vitest';
import { hasAnvil, openTimedClient } from '../adapters/ethereum/clients.ts';
import { Service, Workplace } from './program.ts';

/** The whole path on chains of older and newer rules, to a receipt that verifies without a node. */
describe.runIf(hasAnvil)('a chain of the rules of', () => {
  test.each(['berlin', 'london', 'paris', 'shanghai', 'cancun'])('%s', async (hardfork) => {
    const client = await openTimedClient(hardfork);
    const workplace = new Workplace();
    const service = new Service(workplace);
    const [file, trust] = [join(workplace.dir, 'letter.txt'), join(workplace.dir, 'trust.json')];
    try {
      workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '500';
      writeFileSync(`${workplace.env['EVL_DATA_DIR']}.chain.key`, `${client.privateKey}\n`, { mode: 0o600 });
      const made = await workplace.run(['init', '--rpc', client.url]);
      expect([made.exit, made.stderr]).toEqual([0, expect.stringContaining('created the ledger')]);
      await service.start();
      writeFileSync(file, hardfork);
      expect((await workplace.run(['add', file, '--wait', 'final'])).exit).toBe(0);
      writeFileSync(trust, await (await fetch(`${service.url}/trust.json`)).text());
      const receipt = `${file}.receipt.json`;
      const pinned = await workplace.run(['trust', 'pin-block', receipt, '--trust', trust, '--rpc', client.url]);
      expect([pinned.exit, pinned.stderr]).toEqual([0, expect.anything()]);
      const offline = ['verify', file, '--trust', trust, '--offline'];
      expect(await workplace.json(offline)).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    } finally {
      await service.stop();
      await client.close();
      workplace.remove();
    }
  });

  test('homestead is refused by name, and so is an account without funds', async () => {
    const client = await openTimedClient('homestead');
    const workplace = new Workplace();
    const init = () => workplace.json<{ error: { code: string } }>(['init', '--rpc', client.url]);
    const key = `${workplace.env['EVL_DATA_DIR']}.chain.key`;
    try {
      writeFileSync(key, `${Wallet.createRandom().privateKey}\n`, { mode: 0o600 });
      expect(await init()).toMatchObject({ exit: 2, error: { code: 'chain-account-empty' } });
      writeFileSync(key, `${client.privateKey}\n`);
      expect(await init()).toMatchObject({ exit: 2, error: { code: 'chain-too-old' } });
      expect(readFileSync(key, 'utf8').trim()).toBe(client.privateKey);
    } finally {
      await client.close();
      workplace.remove();
    }
  });
});
