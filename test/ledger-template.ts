import { chmodSync, cpSync, existsSync, mkdtempSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createLedger } from '../src/compose/maintenance.ts';

/**
 * One new ledger with its local chain, made once in a run of the tests and copied wherever a test
 * needs a new one, since making one costs more than most tests. All copies have the same keys and
 * identity: a test about two ledgers makes the other one by `createNewLedger` or `evl init`.
 */

/** Makes a new ledger at `dataDir`, which does not exist yet. */
export async function makeLedger(dataDir: string): Promise<void> {
  const folder = process.env['TEST_RUN_FOLDER'];
  if (folder === undefined) return createNewLedger(dataDir);
  const template = join(folder, 'ledger');
  if (!existsSync(template)) await makeTemplate(folder, template);
  cpSync(template, dataDir, { recursive: true, preserveTimestamps: true });
  for (const name of ['', 'keys', 'contents', 'chain']) chmodSync(join(dataDir, name), 0o700);
  return undefined;
}

/** Of two workers at once, the first one's stays. */
async function makeTemplate(folder: string, template: string): Promise<void> {
  const own = join(mkdtempSync(join(folder, 'new-')), 'ledger');
  await createNewLedger(own);
  try {
    renameSync(own, template);
  } catch (error) {
    if (!existsSync(template)) throw error;
  }
}

/** Makes a ledger with an identity of its own. */
export async function createNewLedger(dataDir: string): Promise<void> {
  await createLedger({
    dataDir,
    chainDir: undefined,
    origin: undefined,
    rpcUrls: undefined,
    sources: undefined,
    contract: undefined,
    operatedBy: 'operator',
    finality: undefined,
  });
}
