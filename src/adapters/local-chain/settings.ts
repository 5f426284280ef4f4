import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HDNodeWallet, Mnemonic, Wallet } from 'ethers';
import { z } from 'zod';
import { syncFolder } from '../files/sync-folder.ts';
import { ChainError, errorCode } from './chain-error.ts';
import { createJournal } from './journal.ts';

/**
 * `chain.json`: all that decides the genesis block, and so the chain's identity. It never changes:
 * under other settings the same transactions make other blocks, and the replay of the journal stops
 * at its first line.
 */
const Settings = z.strictObject({
  format: z.literal('evidence-ledger/chain/v1'),
  chainId: z.int().positive(),
  hardfork: z.literal('osaka'),
  /** Time of the genesis block: RFC 3339, UTC, whole seconds as in every block. */
  initialDate: z.iso.datetime({ precision: 0 }),
  /** The key of account 0, which holds all ether, is derived from it. */
  mnemonic: z.string().refine((phrase) => Mnemonic.isValidMnemonic(phrase), 'is no BIP-39 phrase'),
});

export type ChainSettings = z.infer<typeof Settings>;

const limitBytes = 4096;

export const settingsPath = (dir: string) => join(dir, 'chain.json');
export const journalPath = (dir: string) => join(dir, 'transactions.jsonl');
export const lockPath = (dir: string) => join(dir, 'lock');

/**
 * Settings of a chain that nobody else has: a random phrase of 12 words, starting at `now` (Unix
 * seconds).
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
 * Makes the folder of a new chain: chain.json (mode 0600) and an empty journal. Durable when it
 * resolves. A crash before that may leave an incomplete chain.json, of a chain that nobody has used
 * yet.
 */
export async function createChainFolder(dir: string, settings: ChainSettings): Promise<void> {
  const path = settingsPath(dir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await syncFolder(dirname(resolve(dir)));
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
    throw new ChainError('chain-exists', `${path} exists already: a chain is made once`, { cause });
  }
  try {
    await createJournal(journalPath(dir));
    await file.writeFile(JSON.stringify(Settings.parse(settings), null, 2) + '\n');
    await file.sync();
  } catch (error) {
    await rm(path); // ours: it was not there before
    throw error;
  } finally {
    await file.close();
  }
  await syncFolder(dir);
}

export async function readChainSettings(dir: string): Promise<ChainSettings> {
  const path = settingsPath(dir);
  const file = await open(path, 'r').catch((cause: unknown) => {
    if (errorCode(cause) !== 'ENOENT') throw cause;
    throw new ChainError('chain-missing', `${path} does not exist: no chain was made here`, { cause });
  });
  try {
    const { mode, size } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const is = (mode & 0o777).toString(8).padStart(4, '0');
      throw new ChainError('chain-exposed', `${path} has mode ${is}, should be 0600: it holds the key of the chain`);
    }
    if (size > limitBytes) throw invalid(path, `is ${size} bytes, should be at most ${limitBytes}`);
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
    // The cause would quote the text, and the text holds a secret.
    throw invalid(path, 'is not JSON');
  }
  const parsed = Settings.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the object'}: ${issue.message}`);
  throw invalid(path, faults.join('; '));
}

const invalid = (path: string, fault: string) => new ChainError('chain-settings-invalid', `${path}: ${fault}`);
