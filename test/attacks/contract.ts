import { BrowserProvider, ContractFactory, Interface } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import artifact from '../../src/adapters/ethereum/evidence-anchor.json' with { type: 'json' };

type Hashes = readonly Uint8Array[];

/** The committed contract on a chain of its own, asked for its judgement of proofs. */
export interface JudgingContract extends AsyncDisposable {
  includes(leaf: Uint8Array, index: bigint, size: bigint, path: Hashes, root: Uint8Array): Promise<boolean>;
  extends(m: bigint, n: bigint, oldRoot: Uint8Array, newRoot: Uint8Array, proof: Hashes): Promise<boolean>;
  /** Calls with these bytes, whatever an encoder would say to them; rejects where the contract reverts. */
  call(data: string): Promise<string>;
}

export const contractInterface = new Interface(artifact.abi);

export async function deployContract(): Promise<JudgingContract> {
  const hre = await createHardhatRuntimeEnvironment({});
  const { provider, close } = await hre.network.create();
  const client = new BrowserProvider(provider, undefined, { cacheTimeout: -1 });
  const deployed = await new ContractFactory(contractInterface, artifact.bytecode, await client.getSigner(0)).deploy();
  await deployed.waitForDeployment();
  const to = await deployed.getAddress();
  client.destroy();
  const call = async (data: string) =>
    (await provider.request({ method: 'eth_call', params: [{ to, data }, 'latest'] })) as string;
  const ask = async (name: string, args: readonly unknown[]) => {
    const answer = await call(contractInterface.encodeFunctionData(name, args));
    return contractInterface.decodeFunctionResult(name, answer)[0] as boolean;
  };
  return {
    includes: async (leaf, index, size, path, root) => ask('verifyInclusion', [leaf, index, size, path, root]),
    extends: async (m, n, oldRoot, newRoot, proof) => ask('verifyConsistency', [m, n, oldRoot, newRoot, proof]),
    call,
    [Symbol.asyncDispose]: close,
  };
}
