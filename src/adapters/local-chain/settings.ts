import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HDNodeWallet, Mnemonic, Wallet } from 'ethers';
import { z } from 'zod';
import { CHAIN_FAULTS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { isAbsent } from '../files/file-errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import { syncFolder } from '../files/sync-folder.ts';
import { createJournal } from './journal.ts';

/**
 * `chain.json`: everything that determines the genesis block, and so the chain's identity. It never
 * changes: under other settings the same transactions make other blocks, and the replay of the
 * journal stops at its first line.
 */
const Settings = z.strictObject({
  format: z.literal('evidence-ledger/chain/v1'),
  chainId: z.int().positive(),
  hardfork: z.literal('osaka'),
  /** Time of the genesis block: RFC 3339, UTC, whole seconds as in every block. */
  initialDate: z.iso.datetime({ precision: 0 }),
  /** The key of account 0, which holds all ether, is derived from it. */
  mnemonic: z.string().refine((phrase) => Mnemonic.isValidMnemonic(phrase)),
});

export type ChainSettings = z.infer<typeof Settings>;

const MAX_SETTINGS_BYTES = 4096;

export const settingsPath = (dir: string) => join(dir, 'chain.json');
export const journalPath = (dir: string) => join(dir, 'transactions.jsonl');
export const lockPath = (dir: string) => join(dir, 'lock');

/**
 * Draws the settings of a new chain, with a random phrase of 12 words; its genesis block has the
 * time `now` (Unix seconds).
 */
export function drawChainSettings(now: number): ChainSettings {
  const { mnemonic } = Wallet.createRandom();
  if (mnemonic === null) throw new Error('a wallet was drawn without its phrase');
  return {
    format: 'evidence-ledger/chain/v1',
    chainId: 31337,
    hardfork: 'osaka',
    initialDate: new Date(now * 1000).toISOString().replace('.000Z', 'Z'),
    mnemonic: mnemonic.phrase,
  };
}

/** Account 0 of the chain, m/44'/60'/0'/0/0: it holds all ether from the genesis block on. */
export function operatorAccount(settings: ChainSettings): { readonly address: string; readonly privateKey: string } {
  const { address, privateKey } = HDNodeWallet.fromPhrase(settings.mnemonic);
  return { address, privateKey };
}

/**
 * Creates the folder of a new chain: chain.json (mode 0600) and an empty journal. Durable when it
 * resolves. A crash before that may leave an incomplete chain.json, of a chain that nothing has
 * used yet. Throws `chain-exists`.
 */
export async function createChainFolder(dir: string, settings: ChainSettings): Promise<void> {
  const path = settingsPath(dir);
  makeFolder(dir, 0o700);
  await syncFolder(dirname(resolve(dir)));
  const file = await createSettingsFile(path);
  try {
    await createJournal(journalPath(dir));
    await file.writeFile(JSON.stringify(Settings.parse(settings), null, 2) + '\n');
    await file.sync();
  } catch (error) {
    await rm(path); // ours: it did not exist before
    throw error;
  } finally {
    await file.close();
  }
  await syncFolder(dir);
}

async function createSettingsFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new LedgerError('chain-exists', { reason: bilingual(CHAIN_FAULTS.fileExists, { file: path }), cause });
  }
}

/** Throws `chain-missing`, `chain-exposed` or `chain-settings-invalid`. */
export async function readChainSettings(dir: string): Promise<ChainSettings> {
  const path = settingsPath(dir);
  const file = await open(path, 'r').catch((cause: unknown) => {
    if (!isAbsent(cause)) throw cause;
    throw new LedgerError('chain-missing', { reason: bilingual(CHAIN_FAULTS.settingsMissing, { file: path }), cause });
  });
  try {
    const { mode, size: bytes } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new LedgerError('chain-exposed', { file: path, mode: (mode & 0o777).toString(8).padStart(4, '0') });
    }
    if (bytes > MAX_SETTINGS_BYTES) {
      throw invalid(path, bilingual(CHAIN_FAULTS.tooLarge, { bytes, limit: MAX_SETTINGS_BYTES }));
    }
    return parseSettings(path, await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

function parseSettings(path: string, text: string): ChainSettings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The cause would quote the text, which holds a secret.
    throw invalid(path, CHAIN_FAULTS.notJson);
  }
  const parsed = Settings.safeParse(json);
  if (parsed.success) return parsed.data;
  const members = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.') || '/'],
  );
  throw invalid(path, bilingual(CHAIN_FAULTS.membersWrong, { members: members.join(', ') }));
}

function invalid(file: string, fault: Message): LedgerError {
  return new LedgerError('chain-settings-invalid', { file, fault });
}
