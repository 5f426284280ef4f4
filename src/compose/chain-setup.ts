import { openLogOnChain, requireFunds } from '../adapters/ethereum/deploy.ts';
import { requireContract, requireFinality, requireOneChain } from '../adapters/ethereum/one-chain.ts';
import { createChainFolder, drawChainSettings, operatorAccount } from '../adapters/local-chain/settings.ts';
import type { ChainSetup } from '../operations/create-ledger.ts';
import { startLocalChain } from './chain.ts';

/** Opens the log of a new ledger on Hardhat's local chain, or on an external chain of Ethereum. */
export const CHAIN_SETUP: ChainSetup = {
  async openLocally(dir, vkey, onOperator) {
    const settings = drawChainSettings(Math.floor(Date.now() / 1000));
    const { privateKey } = operatorAccount(settings);
    await createChainFolder(dir, settings);
    onOperator(privateKey);
    const chain = startLocalChain(dir, { port: 0 });
    try {
      const open = async () => openLogOnChain({ url: await chain.url, privateKey, vkey });
      return await Promise.race([open(), chain.failure]);
    } finally {
      await chain.stop();
    }
  },

  async openExternally({ rpcUrls, finality, contract, vkey, operatorKey }) {
    const url = rpcUrls[0]!;
    await requireOneChain(rpcUrls);
    await requireFinality(rpcUrls, finality);
    if (contract !== undefined) await requireContract(rpcUrls, contract);
    const { privateKey, path } = operatorKey();
    await requireFunds(url, privateKey, path);
    const opened = await openLogOnChain({ url, privateKey, vkey, contract });
    await requireContract(rpcUrls, opened.contract);
    return opened;
  },
};
