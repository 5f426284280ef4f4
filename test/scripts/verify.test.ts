import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseTrust, trustFingerprint } from '../../src/protocol/trust-file.ts';
import { type ServedLedger, serveLedger } from '../cli/served-ledger.ts';
import { type ReceiptJson, receiptJson, testLedger } from '../oracle/ledger.ts';

/** `scripts/verify.ts`, the auditor's verification program on one page. */

const ledger = testLedger();
let folder: string;
let served: ServedLedger;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-script-'));
  served = await serveLedger(ledger, 5);
  await writeFile(at('file'), ledger.fileBytes);
  await writeFile(at('trust.json'), JSON.stringify(served.trust));
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);

async function verify(
  receipt: ReceiptJson | string,
  rpcUrl = `${served.url}/rpc`,
): Promise<{ readonly exit: number; readonly lines: readonly string[] }> {
  await writeFile(at('receipt.json'), typeof receipt === 'string' ? receipt : JSON.stringify(receipt));
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'verify.ts');
  const args = [script, at('receipt.json'), at('file'), at('trust.json'), rpcUrl];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { encoding: 'utf8' }, (error, stdout) => {
      resolve({ exit: error === null ? 0 : Number(error.code), lines: stdout.trim().split('\n') });
    });
  });
}

test('a file with its receipt is verified by trust file and node, and each step is printed', async () => {
  const { exit, lines } = await verify(receiptJson(ledger, 2, 5));
  const fingerprint = trustFingerprint(parseTrust(JSON.stringify(served.trust)));
  expect([exit, lines[0]]).toEqual([0, `VERIFIED, by the trust file sha256:${fingerprint}`]);
  expect(lines).toContain('pass     file-digest        ok');
  expect(lines).toHaveLength(13);
});

test('another file, a changed receipt, no anchor, no node, no receipt: each has its verdict', async () => {
  const receipt = receiptJson(ledger, 2, 5);
  const verdictOf = async (...args: Parameters<typeof verify>) => {
    const { exit, lines } = await verify(...args);
    return [exit, lines[0]!.split(',')[0]];
  };
  expect(await verdictOf(receiptJson(ledger, 3, 5))).toEqual([1, 'MISMATCH']);
  const changed = { ...receipt, anchor: { ...receipt.anchor!, root: receiptJson(ledger, 0, 3).anchor!.root } };
  expect(await verdictOf(changed)).toEqual([5, 'INCONSISTENT']);
  expect(await verdictOf({ ...receipt, anchor: null }), 'the chain has it').toEqual([6, 'INDETERMINATE']);
  expect(await verdictOf(receipt, 'http://127.0.0.1:1')).toEqual([6, 'INDETERMINATE']);
  const unreadable = await verify('{}');
  expect([unreadable.exit, unreadable.lines[0]]).toEqual([6, expect.stringContaining('receipt-format-unknown')]);
});
