import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet, type TransactionLike } from 'ethers';
import {
  createChainFolder,
  drawChainSettings,
  journalPath,
  operatorAccount,
} from '../../../src/adapters/local-chain/settings.ts';

/** A folder for the chains of one test file; `remove` it at the end. */
export function chainFolders() {
  const root = mkdtempSync(join(tmpdir(), 'local-chain-'));
  let count = 0;
  const newPath = () => join(root, `${count++}`);
  const newChain = async () => {
    const dir = newPath();
    const settings = drawChainSettings(Math.floor(Date.now() / 1000));
    await createChainFolder(dir, settings);
    return { dir, wallet: new Wallet(operatorAccount(settings).privateKey) };
  };
  return { root, newPath, newChain, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** A transfer of 1 wei, or what `more` makes of it. */
export function sign(wallet: Wallet, nonce: number, more: TransactionLike = {}): Promise<string> {
  const fees = { maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 1n };
  const to = `0x${'11'.repeat(20)}`;
  return wallet.signTransaction({ type: 2, chainId: 31337, gasLimit: 100_000, to, value: 1, nonce, ...fees, ...more });
}

/** The lines of the journal, without their ends. */
export const journalLines = (dir: string) => readFileSync(journalPath(dir), 'utf8').split('\n').slice(0, -1);
