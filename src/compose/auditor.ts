import { EthereumEndorser } from '../adapters/ethereum/endorser.ts';
import { accountOf, drawChainKey } from '../adapters/ethereum/operator.ts';
import { createChainKey, readChainKey } from '../adapters/keys/chain-key.ts';
import { nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import type { OpenEndorser, Platform } from '../auditor/ports.ts';
import { portablePlatform } from '../auditor/portable-platform.ts';

/** The platform of Node: SHA-256 by OpenSSL. */
export function nodePlatform(openConnections: Platform['openConnections']): Platform {
  return { ...portablePlatform, hasher: nodeTreeHasher, openConnections };
}

/** Creates the key file of an auditor's account; fails where the file exists. */
export function createEndorserKey(path: string): void {
  createChainKey(path, drawChainKey());
}

/** The account of a key file, 0x-hex in lower case. Throws `LedgerError` where it is no key. */
export function endorserAccount(path: string): string {
  return accountOf(readChainKey(path));
}

/**
 * Reads the key file and gives what opens its account on the chain. Throws `LedgerError` where it
 * is no key, so that this is known before anything is audited.
 *
 * @param maxFeePerGas Upper limit of the fee, in wei per unit of gas; undefined: any.
 */
export function endorserOf(path: string, maxFeePerGas: bigint | undefined): OpenEndorser {
  const privateKey = readChainKey(path);
  return (url, { chainId, genesisHash, contract, codeHash, finality }, logId) => {
    const endorser = new EthereumEndorser({
      url: () => url,
      privateKey,
      identity: { chainId, genesisHash, contract, codeHash, logId },
      finality,
      maxFeePerGas,
    });
    return {
      account: endorser.account,
      endorsed: () => endorser.endorsed(),
      async prepare(size, root) {
        const transaction = await endorser.prepare(size, root);
        return {
          txHash: transaction.txHash,
          send: (timeoutMs) => endorser.send(transaction, timeoutMs),
        };
      },
      close: () => endorser.close(),
    };
  };
}
