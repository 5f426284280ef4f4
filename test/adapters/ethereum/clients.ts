import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openNode } from '../../../src/adapters/local-chain/node.ts';
import { drawChainSettings, operatorAccount } from '../../../src/adapters/local-chain/settings.ts';
import { serveRpc } from '../../../src/http/json-rpc.ts';
import { isAvailable } from '../../availability.ts';
import { isFull } from '../../extent.ts';

/** A chain that mines and reorganises on request. */
export interface TestClient {
  readonly url: string;
  /** Has funds. */
  readonly privateKey: string;
  rpc(method: string, params?: readonly unknown[]): Promise<unknown>;
  mine(blocks?: number): Promise<void>;
  /** The newest blocks go away with what is in them, and one more come in their place. */
  reorganize(depth: number): Promise<void>;
  /** What a unit of gas costs in the next block, in wei. */
  setBaseFee(wei: bigint): Promise<void>;
  close(): Promise<void>;
}

export const hasAnvil = isAvailable('anvil', anvilProgram() !== undefined);

/** The clients that the chain tests run on: Hardhat, and in full also anvil, on its platforms. */
export const CLIENTS: Readonly<Record<string, () => Promise<TestClient>>> = {
  hardhat: openHardhat,
  ...(isFull && hasAnvil && { anvil: () => openAnvil('--no-mining', '--order', 'fifo') }),
};

/** A chain that mines by itself, on anvil: a block a second, final two blocks later by its tag. */
export const openTimedClient = (hardfork?: string): Promise<TestClient> =>
  openAnvil('--block-time', '1', ...(hardfork === undefined ? [] : ['--hardfork', hardfork]));

const CHAIN_ID = 41_337;
/** Of anvil's own phrase: the first of its accounts, which it funds. */
const ANVIL_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

async function openHardhat(): Promise<TestClient> {
  const settings = drawChainSettings(Math.floor(Date.now() / 1000) - 3600);
  const node = await openNode(settings);
  const server = await serveRpc({ host: '127.0.0.1', port: 0 }, (method, params) => node.request(method, params));
  /** By the height that they were taken at. A revert uses up all that were taken later. */
  const snapshots = new Map<number, unknown>();
  const height = async () => Number(await node.request('eth_blockNumber', []));
  const mine = async (blocks = 1) => {
    for (let i = 0; i < blocks; i++) {
      snapshots.set(await height(), await node.request('evm_snapshot', []));
      await node.request('evm_mine', []);
    }
  };
  return {
    url: server.url,
    privateKey: operatorAccount(settings).privateKey,
    rpc: (method, params = []) => node.request(method, params),
    mine,
    async reorganize(depth) {
      const keptHeight = (await height()) - depth;
      await node.request('evm_revert', [snapshots.get(keptHeight)]);
      await node.request('evm_increaseTime', [7]); // else the same blocks come again
      for (const later of snapshots.keys()) if (later >= keptHeight) snapshots.delete(later);
      await mine(depth + 1);
    },
    setBaseFee: async (wei) => {
      await node.request('hardhat_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`]);
    },
    async close() {
      await server.close();
      await node.close();
    },
  };
}

async function openAnvil(...mining: readonly string[]): Promise<TestClient> {
  const flags = ['--port', '0', '--chain-id', String(CHAIN_ID), '--slots-in-an-epoch', '1', ...mining];
  const child = spawn(anvilProgram()!, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString('utf8');
      const place = /Listening on ([0-9.:]+)/.exec(text)?.[1];
      if (place !== undefined) resolve(`http://${place}`);
    });
    child.once('error', reject);
    child.once('close', (exit) => reject(new Error(`anvil ended with ${exit}: ${text.slice(-500)}`)));
  });
  const rpc = async (method: string, params: readonly unknown[] = []): Promise<unknown> => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  return {
    url,
    privateKey: ANVIL_KEY,
    rpc,
    mine: async (blocks = 1) => {
      for (let i = 0; i < blocks; i++) await rpc('evm_mine');
    },
    async reorganize(depth) {
      await rpc('anvil_reorg', [depth, []]);
      await rpc('evm_mine');
    },
    setBaseFee: async (wei) => {
      await rpc('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`]);
    },
    async close() {
      child.kill();
      await ended;
    },
  };
}

/** The second client is an optional package, of platforms that it is made for. */
function anvilProgram(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    const program = join(dirname(require.resolve('@foundry-rs/anvil-linux-amd64/package.json')), 'bin', 'anvil');
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}
