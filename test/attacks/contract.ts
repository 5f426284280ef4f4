import { BrowserProvider, ContractFactory, Interface } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import artifact from '../../src/adapters/ethereum/evidence-anchor.json' with { type: 'json' };

type Hashes = readonly Uint8Array[];

/** The committed contract on a chain of its own, for its results on proofs. */
export interface JudgingContract extends AsyncDisposable {
  includes(leaf: Uint8Array, index: bigint, size: bigint, path: Hashes, root: Uint8Array): Promise<boolean>;
  extends(m: bigint, n: bigint, oldRoot: Uint8Array, newRoot: Uint8Array, proof: Hashes): Promise<boolean>;
  /** Calls the contract with these bytes, unchecked by an encoder; rejects where it reverts. */
  call(data: string): Promise<string>;
}

export const contractInterface = new Interface(artifact.abi);

// Written by hand: ethers takes longer to encode a call than the chain to answer it.
const INCLUSION = contractInterface.getFunction('verifyInclusion')!.selector;
const CONSISTENCY = contractInterface.getFunction('verifyConsistency')!.selector;
/** Both functions have five arguments; the list comes after the others. */
const PROOF_OFFSET = 5n * 32n;
const word256 = (value: bigint) => value.toString(16).padStart(64, '0');
const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex');
const list = (hashes: Hashes) => word256(BigInt(hashes.length)) + hashes.map(hex).join('');

export async function deployContract(): Promise<JudgingContract> {
  const hre = await createHardhatRuntimeEnvironment({});
  const connection = await hre.network.create();
  const { provider } = connection;
  const client = new BrowserProvider(provider, undefined, { cacheTimeout: -1 });
  const deployed = await new ContractFactory(contractInterface, artifact.bytecode, await client.getSigner(0)).deploy();
  await deployed.waitForDeployment();
  const to = await deployed.getAddress();
  client.destroy();
  const call = async (data: string) =>
    (await provider.request({ method: 'eth_call', params: [{ to, data }, 'latest'] })) as string;
  const isTrue = async (data: string) => BigInt(await call(data)) === 1n;
  return {
    includes: async (leaf, index, size, path, root) =>
      isTrue(
        `${INCLUSION}${hex(leaf)}${word256(index)}${word256(size)}${word256(PROOF_OFFSET)}${hex(root)}${list(path)}`,
      ),
    extends: async (m, n, oldRoot, newRoot, proof) =>
      isTrue(
        `${CONSISTENCY}${word256(m)}${word256(n)}${hex(oldRoot)}${hex(newRoot)}${word256(PROOF_OFFSET)}${list(proof)}`,
      ),
    call,
    [Symbol.asyncDispose]: async () => connection.close(),
  };
}
