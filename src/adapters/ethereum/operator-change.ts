import { setTimeout as delay } from 'node:timers/promises';
import { Contract, Interface, type JsonRpcProvider, Wallet, ZeroAddress } from 'ethers';
import { logIdOf } from '../../protocol/chain/contract.ts';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import artifact from './evidence-anchor.json' with { type: 'json' };
import type { EthereumAnchorChain } from './anchor-chain.ts';
import { withChainErrors, connect, minedReceipt } from './connection.ts';

/**
 * The two ways to change the operator of a log on the contract. Each step checks first what is done
 * already, so that an interrupted change can be continued.
 */
export interface OperatorChangeParts {
  readonly url: string;
  readonly chainId: bigint;
  readonly contract: string;
  /** Knows which blocks are final. */
  readonly chain: Pick<EthereumAnchorChain, 'finalBlock'>;
  /** Key of the account that will operate the log. */
  readonly newKey: string;
  /** Path of that key, reported where its account needs funds. */
  readonly newKeyPath: string;
  /** Key of an account that may give the new one half of its balance; undefined: there is none. */
  readonly fundingKey?: string | undefined;
}

/** More than either transaction needs. */
const GAS_NEEDED = 200_000n;
const POLL_MS = 500;
const MAX_WAIT_MS = 30 * 60_000;

/**
 * Hands the log over: the old account offers it, the new one accepts it. Waits until that is final.
 * Throws `operator-lost` where neither account operates the log.
 */
export async function handOver(parts: OperatorChangeParts, logId: string, oldKey: string): Promise<void> {
  await withContract(parts, async (provider, at) => {
    const [from, to] = [new Wallet(oldKey, provider), new Wallet(parts.newKey, provider)];
    const read = (name: string) => at(to).getFunction(name).staticCall(logId) as Promise<string>;
    const operator = await read('operatorOf');
    if (operator !== to.address) {
      if (operator !== from.address) {
        throw new LedgerError('operator-lost', { logId, operator, expected: from.address });
      }
      await requireGas(provider, parts);
      if ((await read('pendingOperatorOf')) !== to.address) {
        await send(provider, at(from).getFunction('transferOperator')(logId, to.address));
      }
      await send(provider, at(to).getFunction('acceptOperator')(logId));
    }
    await waitForFinalOperator(parts, at(to), logId, to.address);
  });
}

/**
 * Opens the log once more, with the new account as its operator, and waits until that is final;
 * returns its id.
 */
export async function openAgain(parts: OperatorChangeParts, vkey: string): Promise<string> {
  return withContract(parts, async (provider, at) => {
    const wallet = new Wallet(parts.newKey, provider);
    const logId = logIdOf(wallet.address.toLowerCase(), vkey);
    const operator = (await at(wallet).getFunction('operatorOf').staticCall(logId)) as string;
    if (operator === ZeroAddress) {
      await requireGas(provider, parts);
      await send(provider, at(wallet).getFunction('open')(vkey));
    }
    await waitForFinalOperator(parts, at(wallet), logId, wallet.address);
    return logId;
  });
}

async function withContract<T>(
  { url, chainId, contract }: OperatorChangeParts,
  body: (provider: JsonRpcProvider, at: (wallet: Wallet) => Contract) => Promise<T>,
): Promise<T> {
  const provider = connect(url, chainId);
  const abi = new Interface(artifact.abi);
  try {
    return await withChainErrors(() => body(provider, (wallet) => new Contract(contract, abi, wallet)));
  } finally {
    provider.destroy();
  }
}

async function send(provider: JsonRpcProvider, sent: Promise<unknown>): Promise<void> {
  const { hash } = (await sent) as { readonly hash: string };
  await minedReceipt(provider, hash);
}

/** Makes sure that the new account can pay for its own transactions. */
async function requireGas(provider: JsonRpcProvider, parts: OperatorChangeParts): Promise<void> {
  const { address } = new Wallet(parts.newKey);
  const fees = await provider.getFeeData();
  const needed = GAS_NEEDED * (fees.maxFeePerGas ?? fees.gasPrice ?? 0n);
  if ((await provider.getBalance(address)) >= needed) return;
  const funder = parts.fundingKey === undefined ? undefined : new Wallet(parts.fundingKey, provider);
  const balance = funder === undefined ? 0n : await provider.getBalance(funder.address);
  if (funder === undefined || balance / 2n < needed) {
    throw new LedgerError('chain-account-empty', {
      reason: bilingual(CHAIN_REASONS.fundsNeeded, { account: address, file: parts.newKeyPath, needed }),
    });
  }
  await send(provider, funder.sendTransaction({ to: address, value: balance / 2n }));
}

/** Waits until the contract names this operator in a final block. */
async function waitForFinalOperator(
  { chain }: OperatorChangeParts,
  contract: Contract,
  logId: string,
  address: string,
) {
  const endMs = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const { number } = await chain.finalBlock();
    const operator = (await contract.getFunction('operatorOf').staticCall(logId, { blockTag: number })) as string;
    if (operator === address) return;
    if (performance.now() > endMs) {
      throw new LedgerError('chain-unreachable', { reason: CHAIN_REASONS.changeNotFinal });
    }
    await delay(POLL_MS);
  }
}
