import { isAddress, Wallet } from 'ethers';
import { LedgerError } from '../../text/ledger-error.ts';
import { connect, minedReceipt, readChainId, withChainErrors } from './connection.ts';

/**
 * Sends ether from one account to another, waits until it is mined, and returns the transaction's
 * hash. Throws `address-wrong`, and the errors of the chain.
 */
export async function sendEther(url: string, privateKey: string, to: string, wei: bigint): Promise<string> {
  const isAccount: boolean = isAddress(to);
  if (!isAccount) throw new LedgerError('address-wrong', { address: to.slice(0, 80) });
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
