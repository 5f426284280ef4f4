import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerChain } from '../../src/compose/chain.ts';
import { openLedger, type Opening } from '../../src/compose/ledger.ts';
import { createLedger } from '../../src/compose/maintenance.ts';
import { LEDGER_PARTS } from '../../src/compose/parts.ts';
import { CleanupStack } from '../../src/http/cleanup-stack.ts';
import type { LogKey } from '../../src/operations/ports.ts';
import { LedgerError } from '../../src/text/ledger-error.ts';

/** An empty ledger, opened for each purpose, with a chain that answers what a test wants. */

const root = mkdtempSync(join(tmpdir(), 'evl-open-'));
const made = join(root, 'made');
let cleanup = new CleanupStack();
let copies = 0;

beforeAll(async () => {
  const options = { chainDir: undefined, origin: 'ledger.test/open', rpcUrls: undefined, sources: undefined };
  await createLedger({
    dataDir: made,
    ...options,
    contract: undefined,
    operatedBy: 'operator',
    finality: undefined,
  });
});
afterEach(async () => {
  await cleanup.run();
  cleanup = new CleanupStack();
});
afterAll(() => rmSync(root, { recursive: true }));

function copyOfLedger() {
  const dir = join(root, `copy-${copies++}`);
  cpSync(made, dir, { recursive: true });
  return LEDGER_PARTS.folderAt(dir);
}

const serving = (logKey: LogKey): Opening => ({
  purpose: 'serve',
  logKey,
  onTornTail: () => {},
  onFailStop: () => {},
});
const changingKeys: Opening = { purpose: 'change-keys', onTornTail: () => {} };

function open(folder: ReturnType<typeof copyOfLedger>, opening: Opening, chain: LedgerChain | LedgerError | undefined) {
  const connect = async () => {
    if (chain instanceof LedgerError) throw chain;
    return chain;
  };
  return openLedger({ folder, pinnedNote: undefined, witnessPolicy: undefined }, opening, connect, cleanup);
}

function chainWith(head: () => Promise<{ size: bigint; root: Uint8Array }>): LedgerChain {
  return { contract: { head }, urls: () => [] } as unknown as LedgerChain;
}
const ahead = chainWith(async () => ({ size: 5n, root: new Uint8Array(32) }));
const silent = new LedgerError('anchor-under-way');

describe('the contract holds more than the log', () => {
  test('read: the contradiction is reported', async () => {
    const { contract, contradictions } = await open(copyOfLedger(), { purpose: 'read' }, ahead);
    expect(contract).toMatchObject({ size: 5n });
    expect(contradictions).toMatchObject({ remembered: undefined, contract: { code: 'log-rolled-back' } });
  });

  test('serve: the contradiction is left to the log, which halts', async () => {
    const folder = copyOfLedger();
    const key = LEDGER_PARTS.keys.readLogKey(folder.paths.logKey);
    const { contradictions, store } = await open(folder, serving(key), ahead);
    expect([contradictions, store.head().size]).toEqual([{ remembered: undefined, contract: undefined }, 0n]);
  });

  test.each([['read'], ['change-keys']] as const)('%s: a torn tail is not cut below it', async (purpose) => {
    const folder = copyOfLedger();
    const [segment] = readdirSync(folder.paths.journal);
    appendFileSync(join(folder.paths.journal, segment!), 'torn');
    const opening = purpose === 'read' ? ({ purpose } as const) : changingKeys;
    await expect(open(folder, opening, ahead)).rejects.toMatchObject({ code: 'journal-damaged' });
    const { store } = await open(folder, opening, undefined); // nothing is known to be lost
    expect(store.head().size).toBe(0n);
  });
});

test('a chain that cannot be reached is an answer, except to a service', async () => {
  const folder = copyOfLedger();
  const { contract, isRemembered } = await open(folder, changingKeys, silent);
  expect([contract, isRemembered]).toEqual([silent, false]);
  await cleanup.run();
  const rejecting = chainWith(() => Promise.reject(silent));
  const key = LEDGER_PARTS.keys.readLogKey(folder.paths.logKey);
  expect((await open(folder, serving(key), rejecting)).contract).toBeUndefined();
});

test('a key that is not the log’s own signs nothing', async () => {
  const folder = copyOfLedger();
  const other = LEDGER_PARTS.keys.createLogKey(join(folder.paths.keys, 'other.key'), 'ledger.test/open');
  await expect(open(folder, serving(other), undefined)).rejects.toMatchObject({ code: 'key-wrong' });
});
