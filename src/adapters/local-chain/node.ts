import { join } from 'node:path';
import { z } from 'zod';
import { LedgerError } from '../../text/ledger-error.ts';
import { operatorAccount, type ChainSettings } from './settings.ts';

/** A Hardhat node in this process. It mines on request and forgets everything when it ends. */
export interface Node {
  request(method: string, params: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Starts a node. Everything that the blocks depend on is set here and nothing is left to a default
 * that a later version may change: the same settings and transactions give the same hashes. Reads
 * no configuration file and writes no file.
 */
export async function openNode(settings: ChainSettings): Promise<Node> {
  process.env['HARDHAT_DISABLE_TELEMETRY'] = 'true';
  const { createHardhatRuntimeEnvironment } = await loadHardhat();
  const here = import.meta.dirname;
  const runtime = await createHardhatRuntimeEnvironment(
    {
      // Hardhat would read every compiled contract of the project, only to explain reverts.
      paths: { artifacts: join(here, 'no-artifacts'), cache: join(here, 'no-cache') },
      networks: {
        chain: {
          type: 'edr-simulated',
          chainType: 'l1',
          chainId: settings.chainId,
          hardfork: settings.hardfork,
          initialDate: settings.initialDate,
          initialBaseFeePerGas: 1_000_000_000n,
          blockGasLimit: 60_000_000n,
          transactionGasCap: 16_777_216n,
          coinbase: '0x0000000000000000000000000000000000000000',
          accounts: [{ privateKey: operatorAccount(settings).privateKey, balance: 10_000n * 10n ** 18n }],
          mining: { auto: false, interval: 0, mempool: { order: 'fifo' } },
          // a reverted transaction is mined, as on every chain
          throwOnTransactionFailures: false,
        },
      },
    },
    {},
    // any folder inside a package: the working directory need not be one
    here,
  );
  const connection = await runtime.network.create('chain');
  return {
    request: (method, params) => connection.provider.request({ method, params: [...params] }),
    close: () => connection.close(),
  };
}

/** Throws `local-chain-absent` where Hardhat, which is optional, was not installed. */
async function loadHardhat(): Promise<typeof import('hardhat/hre')> {
  try {
    return await import('hardhat/hre');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new LedgerError('local-chain-absent', { cause });
  }
}

const Quantity = z.string().transform((hex) => Number(hex));
const Transactions = z.array(z.string());
const ChainHead = z.object({ number: Quantity, hash: z.string(), timestamp: Quantity, transactions: Transactions });
const Pending = z.object({ transactions: Transactions });

export type ChainHead = z.infer<typeof ChainHead>;

export async function readHead(node: Node): Promise<ChainHead> {
  return ChainHead.parse(await node.request('eth_getBlockByNumber', ['latest', false]));
}

/** Hashes of the transactions in the pending block. */
export async function readPendingTransactions(node: Node): Promise<readonly string[]> {
  return Pending.parse(await node.request('eth_getBlockByNumber', ['pending', false])).transactions;
}
