import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEDGER_PARTS } from '../../src/compose/parts.ts';
import { keyFaults } from '../../src/operations/key-faults.ts';
import { dataPaths } from '../../src/adapters/data-folder/data-folder.ts';
import { accountOf } from '../../src/adapters/ethereum/operator.ts';
import { createChainKey } from '../../src/adapters/keys/chain-key.ts';
import { createLogKey } from '../../src/adapters/keys/log-key.ts';
import { logIdOf } from '../../src/protocol/chain/contract.ts';
import type { Trust } from '../../src/protocol/trust.ts';
import { formatVkey } from '../../src/protocol/note/vkey.ts';

/** Keys that are not the ledger's are named by their file, whichever bit makes them so. */

const ORIGIN = 'ledger.test/keys';
const PRIVATE_KEY = `0x${'5a'.repeat(32)}`;
const paths = dataPaths(mkdtempSync(join(tmpdir(), 'evl-keys-')));
let identity: Trust;

beforeAll(() => {
  mkdirSync(paths.keys);
  const { key } = createLogKey(paths.logKey, ORIGIN);
  createChainKey(paths.chainKey, PRIVATE_KEY);
  const logId = logIdOf(accountOf(PRIVATE_KEY), formatVkey(key));
  identity = {
    log: { origin: ORIGIN, keys: [{ key, fromSize: 0n }] },
    chain: { logs: [{ logId, fromSize: 0n }] },
  } as unknown as Trust;
});
afterAll(() => rmSync(paths.dir, { recursive: true }));

const faultsIn = (dir: string) => keyFaults(LEDGER_PARTS.folderAt(dir), identity, LEDGER_PARTS.keys);

test('keys that fit, and keys that are not there, are no fault', () => {
  expect(faultsIn(paths.dir)).toEqual([]);
  expect(faultsIn(join(paths.dir, 'none'))).toEqual([]);
});

test('keys of another ledger are wrong', () => {
  const other = dataPaths(join(paths.dir, 'other'));
  mkdirSync(other.keys, { recursive: true });
  createLogKey(other.logKey, ORIGIN);
  createChainKey(other.chainKey, `0x${'5b'.repeat(32)}`);
  const faults = faultsIn(other.dir);
  expect(faults.map(({ code, file }) => [code, file])).toEqual([
    ['key-wrong', other.logKey],
    ['key-wrong', other.chainKey],
  ]);
});

test.each(['logKey', 'chainKey'] as const)('every bit of the %s counts', (name) => {
  const file = paths[name];
  const whole = readFileSync(file);
  for (let bit = 0; bit < 8 * (whole.length - 1); bit++) {
    const bytes = Buffer.from(whole);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    writeFileSync(file, bytes);
    const faults = faultsIn(paths.dir);
    // white space around a key is not part of it
    const isSpace = bytes.toString('utf8').trim() === whole.toString('utf8').trim();
    expect([bit, faults.map((fault) => fault.file)]).toEqual([bit, isSpace ? [] : [file]]);
    for (const { text } of faults) expect(text.en).toContain(file);
  }
  writeFileSync(file, whole);
});
