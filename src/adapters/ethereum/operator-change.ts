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
 * Who operates a log on the contract, and the two ways in which that changes. Each step asks first
 * what is done already: a change that was cut off goes on.
 */
export interface OperatorChangeParts {
  readonly url: string;
  readonly chainId: bigint;
  readonly contract: string;
  /** Knows which blocks are final. */
  readonly chain: Pick<EthereumAnchorChain, 'finalBlock'>;
  /** The account that is to operate the log. */
  readonly newKey: string;
  /** Where that key lies: named where its account needs funds. */
  readonly newKeyPath: string;
  /** May give the new account half of what it has; undefined: nobody does. */
  readonly fundingKey?: string;
}

/** More than either transaction takes. */
const GAS_NEEDED = 200_000n;
const POLL_MS = 500;
const MAX_WAIT_MS = 30 * 60_000;

/**
 * Offers the log from the old account, accepts it with the new one, and waits until that is final.
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
    await finallyOperated(parts, at(to), logId, to.address);
  });
}

/**
 * Opens the log once more, with the new account as its operator, and waits until that is final;
 * answers its id.
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
    await finallyOperated(parts, at(wallet), logId, wallet.address);
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

/** The new account pays for its own transactions. */
async function requireGas(provider: JsonRpcProvider, parts: OperatorChangeParts): Promise<void> {
  const { address } = new Wallet(parts.newKey);
  const fees = await provider.getFeeData();
  const needed = GAS_NEEDED * (fees.maxFeePerGas ?? fees.gasPrice ?? 0n);
  if ((await provider.getBalance(address)) >= needed) return;
  const giver = parts.fundingKey === undefined ? undefined : new Wallet(parts.fundingKey, provider);
  const balance = giver === undefined ? 0n : await provider.getBalance(giver.address);
  if (giver === undefined || balance / 2n < needed) {
    throw new LedgerError('chain-account-empty', {
      reason: bilingual(CHAIN_REASONS.fundsNeeded, { account: address, file: parts.newKeyPath, needed }),
    });
  }
  await send(provider, giver.sendTransaction({ to: address, value: balance / 2n }));
}

/** The contract says so in a block that is final. */
async function finallyOperated({ chain }: OperatorChangeParts, contract: Contract, logId: string, address: string) {
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
