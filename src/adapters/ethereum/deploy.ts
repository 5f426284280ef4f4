import { Contract, ContractFactory, Interface, isError, type JsonRpcProvider, keccak256, Wallet } from 'ethers';
import { logIdOf } from '../../protocol/chain/contract.ts';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import artifact from './evidence-anchor.json' with { type: 'json' };
import { withChainErrors, connect, minedReceipt, readChainId } from './connection.ts';
import { isAnchorContract } from './contract-code.ts';

/**
 * The identity of chain and contract that a ledger pins when it is created. All 0x-hex lower case.
 */
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
  /** A deployed `EvidenceAnchor`; a new one is deployed where it is absent. */
  readonly contract?: string | undefined;
}

/**
 * Refuses an account without funds (`chain-account-empty`), except where gas is free, as on some
 * consortium chains.
 */
export async function requireFunds(url: string, privateKey: string, keyPath: string): Promise<void> {
  const provider = connect(url, await readChainId(url));
  const { address } = new Wallet(privateKey);
  try {
    const [balance, fees] = await withChainErrors(() =>
      Promise.all([provider.getBalance(address), provider.getFeeData()]),
    );
    if (balance > 0n || (fees.maxFeePerGas ?? fees.gasPrice) === 0n) return;
  } finally {
    provider.destroy();
  }
  throw new LedgerError('chain-account-empty', {
    reason: bilingual(CHAIN_REASONS.accountUnfunded, { account: address, file: keyPath }),
  });
}

/**
 * Deploys the contract where none is given, and opens this log in it. Sends one or two transactions
 * and waits until they are mined. Throws `chain-too-old` where the chain does not know the
 * instructions of the contract.
 */
export async function openLogOnChain(options: OpenLogOptions): Promise<ChainIdentity> {
  const chainId = await readChainId(options.url);
  const provider = connect(options.url, chainId);
  try {
    return await withChainErrors(async () => {
      const wallet = new Wallet(options.privateKey, provider);
      const contract = (options.contract ?? (await deploy(options.url, wallet, provider))).toLowerCase();
      const code = await provider.getCode(contract);
      const codeHash = keccak256(code);
      if (!isAnchorContract(codeHash)) {
        throw new LedgerError('chain-identity', {
          reason: bilingual(CHAIN_REASONS.otherCode, { contract, node: new URL(options.url).origin }),
        });
      }
      const anchor = new Contract(contract, new Interface(artifact.abi), wallet);
      const send = () => anchor.getFunction('open')(options.vkey) as Promise<{ readonly hash: string }>;
      const { hash } = await knowingInstructions(options.url, send);
      await minedReceipt(provider, hash);
      const genesis = await provider.getBlock(0);
      const logId = logIdOf(wallet.address.toLowerCase(), options.vkey);
      return { chainId, genesisHash: genesis!.hash!, contract, codeHash, logId };
    });
  } finally {
    provider.destroy();
  }
}

async function deploy(url: string, wallet: Wallet, provider: JsonRpcProvider): Promise<string> {
  const factory = new ContractFactory(artifact.abi, artifact.bytecode, wallet);
  const transaction = await factory.getDeployTransaction();
  const { hash } = await knowingInstructions(url, () => wallet.sendTransaction(transaction));
  return (await minedReceipt(provider, hash)).contractAddress!;
}

/**
 * Throws `chain-too-old` where a call fails without revert data: every refusal of the contract has
 * some, so the chain did not know one of its instructions.
 */
async function knowingInstructions<T>(url: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const isUnexplained = isError(cause, 'CALL_EXCEPTION') && (cause.data === null || cause.data === '0x');
    if (!isUnexplained) throw cause;
    const { evmVersion } = artifact.compiler.settings;
    throw new LedgerError('chain-too-old', { node: new URL(url).origin, hardfork: evmVersion, cause });
  }
}
