import { Wallet } from 'ethers';
import { withChainErrors, connect, minedReceipt, readChainId } from './connection.ts';

/**
 * Sends ether from one account to another, waits until it is mined, and returns the transaction's
 * hash.
 */
export async function sendEther(url: string, privateKey: string, to: string, wei: bigint): Promise<string> {
  const provider = connect(url, await readChainId(url));
  try {
    return await withChainErrors(async () => {
      const { hash } = await new Wallet(privateKey, provider).sendTransaction({ to, value: wei });
      await minedReceipt(provider, hash);
      return hash;
    });
  } finally {
    provider.destroy();
  }
}
