import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nobody } from '../client/http-server.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { Service, Workplace } from './program.ts';

interface Judged {
  readonly verdict: string;
  readonly independence: string;
  readonly stated: string;
  readonly steps: readonly { readonly step: string; readonly status: string; readonly code: string; found?: string }[];
}
interface Audited {
  readonly ok: boolean;
  readonly endorsement: Record<string, unknown> | null;
  readonly error?: { readonly code: string };
}
type Receipt = { anchor: { endorsements?: Record<string, unknown>[] } };

/**
 * Operator, auditor and court, each with what they have: an audit that ends in an endorsement, and
 * a receipt that carries it for ever.
 */
describe('an auditor endorses', () => {
  const workplace = new Workplace();
  const service = new Service(workplace);
  const at = (name: string) => join(workplace.dir, name);
  const [file, key, trust] = [at('letter.txt'), at('auditor.key'), at('trust.json')];
  const receipt = `${file}.receipt.json`;
  const stranger = `0x${'57'.repeat(20)}`;
  let account = '';

  const asked = (...args: string[]) => ['audit', '--url', service.url, '--rpc', service.chainUrl, ...args];
  const audit = (...args: string[]) => workplace.json<Audited>(asked(...args));
  const endorse = (...args: string[]) => audit('--endorse', key, '--trust', trust, ...args);
  const verify = (trustFile: string, ...more: string[]) =>
    workplace.json<Judged>(['verify', file, '--trust', trustFile, ...more]);
  const endorsementStep = ({ steps }: Judged) => steps.find(({ step }) => step === 'endorsement')!;
  const readReceipt = (path = receipt) => JSON.parse(readFileSync(path, 'utf8')) as Receipt;
  /** Transactions that the auditor's account has sent. */
  const nonce = async (): Promise<number> => {
    const call = { jsonrpc: '2.0', id: 1, method: 'eth_getTransactionCount', params: [account, 'latest'] };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(service.chainUrl, { method: 'POST', headers, body: JSON.stringify(call) });
    return Number(((await answer.json()) as { result: string }).result);
  };

  beforeAll(async () => {
    account = (await workplace.json<{ account: string }>(['audit', 'key', key])).account;
    workplace.env['EVL_ENDORSERS'] = account;
    await service.start();
    writeFileSync(trust, await (await fetch(`${service.url}/trust.json`)).text());
  });
  afterAll(async () => {
    await service.stop();
    workplace.remove();
  });

  test('with a key of its own, which is created once and guarded', async () => {
    expect(account).toMatch(/^0x[0-9a-f]{40}$/);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const secret = readFileSync(key, 'utf8');
    expect(await workplace.json(['audit', 'key', key])).toMatchObject({ exit: 0, account });
    expect(readFileSync(key, 'utf8')).toBe(secret);
    chmodSync(key, 0o640);
    expect(await endorse()).toMatchObject({ exit: 12, error: { code: 'key-file-open' } });
    chmodSync(key, 0o600);
    writeFileSync(at('no.key'), `0x${'00'.repeat(32)}\n`, { mode: 0o600 });
    const noKey = await audit('--trust', trust, '--endorse', at('no.key'));
    expect(noKey).toMatchObject({ exit: 12, error: { code: 'key-malformed' } });
  });

  test('by a trust file of its own alone', async () => {
    expect(await audit('--endorse', key)).toMatchObject({ exit: 2, error: { code: 'endorse-needs-trust' } });
  });

  test('nothing, before there is a final anchor', async () => {
    expect(await endorse()).toMatchObject({ exit: 4, ok: true, endorsement: null });
  });

  test('nothing without ether; the operator of a local chain can give some', async () => {
    // the first registration has no final block with a record before it; the second one names one
    writeFileSync(at('first.txt'), 'the first letter');
    await workplace.run(['add', at('first.txt'), '--wait', 'final']);
    writeFileSync(file, 'a letter');
    expect((await workplace.run(['add', file, '--wait', 'final'])).exit).toBe(0);
    const poor = await workplace.run(asked('--trust', trust, '--endorse', key));
    expect(poor.exit).toBe(6);
    expect(poor.stderr.toLowerCase()).toContain(account);
    expect(poor.stderr).toContain('evl chain fund');
    expect(await workplace.json(['chain', 'fund', 'nobody'])).toMatchObject({
      exit: 2,
      error: { code: 'address-wrong' },
    });
    expect(await workplace.json(['chain', 'fund', account])).toMatchObject({ exit: 0, wei: (10n ** 18n).toString() });
  });

  describe('nothing that the audit does not find in order', () => {
    let meddler: Server;
    let url = '';
    /** Changes what the service serves below `/log/tile/0/`. */
    beforeAll(async () => {
      const meddle = async (path: string, response: ServerResponse) => {
        const answer = await fetch(`${service.url}${path}`);
        const body = Buffer.from(await answer.arrayBuffer());
        if (path.startsWith('/log/tile/0/')) body[0]! ^= 1;
        response.writeHead(answer.status).end(body);
      };
      meddler = createServer((request, response) => void meddle(request.url!, response));
      await new Promise<void>((resolve) => meddler.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(meddler.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      meddler.closeAllConnections();
      meddler.close();
    });

    test('contradicted, or not to be judged: the account has sent nothing', async () => {
      expect(await endorse('--url', url)).toMatchObject({ exit: 5, ok: false, endorsement: null });
      const silent = ['audit', '--url', service.url, '--rpc', await nobody(), '--trust', trust, '--endorse', key];
      expect(await workplace.json(silent)).toMatchObject({ exit: 6, ok: false, endorsement: null });
      const other = JSON.parse(readFileSync(trust, 'utf8')) as { chain: { genesisHash: string } };
      other.chain.genesisHash = `0x${'00'.repeat(32)}`;
      writeFileSync(at('other.json'), JSON.stringify(other));
      const elsewhere = await audit('--endorse', key, '--trust', at('other.json'));
      expect(elsewhere).toMatchObject({ exit: 6, ok: false, endorsement: null });
      expect(await nonce()).toBe(0);
    });
  });

  test('the newest final anchor, once', async () => {
    const first = await endorse();
    expect(first).toMatchObject({ exit: 0, ok: true, endorsement: { state: 'final', endorser: account, size: '2' } });
    expect(await nonce()).toBe(1);
    expect(await endorse()).toMatchObject({ exit: 0, endorsement: { state: 'before', size: '2', isFinal: true } });
    expect(await nonce()).toBe(1);
    const said = await workplace.run(asked('--trust', trust, '--endorse', key));
    expect(said.stdout).toContain(`account ${account} has already endorsed the first 2 entries; nothing was sent`);
  });

  test('receipts are upgraded with it', async () => {
    expect(readReceipt().anchor.endorsements).toBeUndefined();
    const endorsements = await eventually(async () => {
      expect((await workplace.run(['receipt', 'upgrade', receipt])).exit).toBe(0);
      return readReceipt().anchor.endorsements;
    });
    expect(endorsements).toMatchObject([{ endorser: account, size: '2' }]);
    expect(endorsements[0]!['receiptProof']).toHaveLength(1);
    const before = readFileSync(receipt, 'utf8');
    expect((await workplace.run(['receipt', 'upgrade', receipt])).exit).toBe(0);
    expect(readFileSync(receipt, 'utf8')).toBe(before);
  });

  /** A trust file that requires k of the auditor and a stranger. */
  function demand(k: number): string {
    const path = at(`trust-${k}.json`);
    const endorsers = { k, of: [account, stranger] };
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(trust, 'utf8')) as object), endorsers }));
    return path;
  }

  test('1 of 2: VERIFIED, as far as the operator’s node says; 2 of 2: INDETERMINATE', async () => {
    const one = await verify(demand(1), '--rpc', service.chainUrl);
    expect(one).toMatchObject({ exit: 0, verdict: 'VERIFIED', independence: 'none', stated: 'endorsers' });
    expect(endorsementStep(one).found).toBe(`1: ${account} 2`);
    const two = await verify(demand(2), '--rpc', service.chainUrl);
    expect(two).toMatchObject({ exit: 6, verdict: 'INDETERMINATE', independence: 'none' });
    expect(endorsementStep(two)).toMatchObject({ status: 'unknown', code: 'too-few-endorsements' });
  });

  test('offline with pinned blocks the same; one bit flipped: INCONSISTENT', async () => {
    const pin = (path: string) =>
      workplace.json<{ pinned: object[] }>(['trust', 'pin-block', receipt, '--trust', path, '--rpc', service.chainUrl]);
    const [one, two] = [demand(1), demand(2)];
    expect(await verify(one, '--offline')).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    expect(await pin(one)).toMatchObject({ exit: 0, pinned: [{}, {}, {}] });
    // the two required of two are missing: nothing is confirmed but the blocks, which
    // are pinned all the same
    expect(await pin(two)).toMatchObject({ exit: 0, pinned: [{}, {}, {}] });
    await service.stop();
    const verified = await verify(one, '--offline');
    const stated = 'pinned-block+endorsers';
    expect(verified).toMatchObject({ exit: 0, verdict: 'VERIFIED', independence: 'none', stated });
    expect(endorsementStep(await verify(two, '--offline'))).toMatchObject({
      status: 'unknown',
      found: `1: ${account} 2`,
    });
    const text = await workplace.run(['verify', file, '--trust', one, '--offline', '--verbose']);
    expect(text.stdout).toContain(`1: ${account} 2`);

    for (const field of ['header', 'receiptProof'] as const) {
      const bent = readReceipt();
      const [endorsement] = bent.anchor.endorsements!;
      const flip = (hex: string) => hex.slice(0, -1) + (Number.parseInt(hex.at(-1)!, 16) ^ 1).toString(16);
      const value = endorsement![field] as string | string[];
      endorsement![field] = typeof value === 'string' ? flip(value) : value.map(flip);
      writeFileSync(at('bent.receipt.json'), JSON.stringify(bent));
      expect(await verify(one, '--offline', '--receipt', at('bent.receipt.json'))).toMatchObject({
        exit: 5,
        verdict: 'INCONSISTENT',
      });
    }
  });
});
