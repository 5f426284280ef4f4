import { setTimeout as delay } from 'node:timers/promises';
import {
  Contract,
  ContractFactory,
  Interface,
  type JsonRpcProvider,
  keccak256,
  type TransactionReceipt,
  Wallet,
} from 'ethers';
import { PortError } from '../../log/ports.ts';
import { logIdOf } from '../../protocol/chain/contract.ts';
import artifact from './evidence-anchor.json' with { type: 'json' };
import { asPortErrors, connect, readChainId } from './connection.ts';

/** The identity of chain and contract that a ledger pins when it is made. All 0x-hex lower case. */
export interface ChainIdentity {
  readonly chainId: bigint;
  readonly genesisHash: string;
  readonly contract: string;
  readonly codeHash: string;
  readonly logId: string;
}

export interface OpenLogOptions {
  readonly url: string;
  readonly privateKey: string;
  readonly vkey: string;
  /** An `EvidenceAnchor` that is deployed already; a new one is deployed where it is absent. */
  readonly contract?: string;
}

/** Refuses an account that cannot pay for anything, and says which one it is. */
export async function demandFunds(url: string, privateKey: string, keyPath: string): Promise<void> {
  const provider = connect(url, await readChainId(url));
  const { address } = new Wallet(privateKey);
  try {
    const balance = await asPortErrors(() => provider.getBalance(address));
    if (balance > 0n) return;
  } finally {
    provider.destroy();
  }
  throw new PortError(
    'chain-refused',
    `account ${address} (key ${keyPath}) has no funds: send it some, then run this again`,
  );
}

/** Deploys the contract where none is given, and opens this log in it. Sends one or two transactions and waits for them. */
export async function openLogOnChain(options: OpenLogOptions): Promise<ChainIdentity> {
  const chainId = await readChainId(options.url);
  const provider = connect(options.url, chainId);
  try {
    return await asPortErrors(async () => {
      const wallet = new Wallet(options.privateKey, provider);
      const contract = (options.contract ?? (await deploy(wallet, provider))).toLowerCase();
      const code = await provider.getCode(contract);
      const codeHash = keccak256(code);
      if (codeHash !== artifact.codeHash) {
        throw new PortError('chain-identity', `the code at ${contract} is not that of EvidenceAnchor`);
      }
      const anchor = new Contract(contract, new Interface(artifact.abi), wallet);
      const { hash } = (await anchor.getFunction('open')(options.vkey)) as { readonly hash: string };
      await minedReceipt(provider, hash);
      const genesis = await provider.getBlock(0);
      const logId = logIdOf(wallet.address.toLowerCase(), options.vkey);
      return { chainId, genesisHash: genesis!.hash!, contract, codeHash, logId };
    });
  } finally {
    provider.destroy();
  }
}

async function deploy(wallet: Wallet, provider: JsonRpcProvider): Promise<string> {
  const factory = new ContractFactory(artifact.abi, artifact.bytecode, wallet);
  const { hash } = await wallet.sendTransaction(await factory.getDeployTransaction());
  return (await minedReceipt(provider, hash)).contractAddress!;
}

const POLL_MS = 250;
const MAX_WAIT_MS = 15 * 60_000;

/** Asks until it is mined. ethers waits with pollers of its own, which fail behind everybody's back when the provider is closed. */
export async function minedReceipt(provider: JsonRpcProvider, hash: string): Promise<TransactionReceipt> {
  const endMs = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt?.status === 1) return receipt;
    if (receipt !== null)
      throw new PortError('chain-refused', `transaction ${hash} failed in block ${receipt.blockNumber}`);
    if (performance.now() > endMs) {
      throw new PortError('chain-unreachable', `transaction ${hash} was not mined in ${MAX_WAIT_MS / 60_000} minutes`);
    }
    await delay(POLL_MS);
  }
}
