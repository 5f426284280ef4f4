// The committed contract on a real chain: Hardhat in this process, asked through ethers as a
// service would ask.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbiCoder,
  BrowserProvider,
  Contract,
  ContractFactory,
  Interface,
  id,
  keccak256,
  sha256,
  type BaseContract,
  type ContractTransactionReceipt,
  type JsonRpcSigner,
} from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactFile, builtArtifact } from '../scripts/contract-artifact.ts';
import {
  drawnConsistency,
  realConsistency,
  vectorFiles,
  vectorsDir,
  type ConsistencyCase,
  type Consistency,
  type InclusionCase,
} from './oracle/merkle-vectors.ts';
import { isAnchorContract } from '../src/adapters/ethereum/contract-code.ts';
import artifact from '../src/adapters/ethereum/evidence-anchor.json' with { type: 'json' };
import consistencyVectors from './vectors/merkle/consistency.json' with { type: 'json' };
import inclusionVectors from './vectors/merkle/inclusion.json' with { type: 'json' };

const VKEY = 'example.org/log+3c0a9a7d+AQIDBA==';
const abi = new Interface(artifact.abi);
const EMPTY_ROOT = sha256('0x');

let close: () => Promise<void>;
let provider: BrowserProvider;
let operator: JsonRpcSigner;
let stranger: JsonRpcSigner;
let ledger: Contract;

beforeAll(async () => {
  const hre = await createHardhatRuntimeEnvironment({});
  const connection = await hre.network.create();
  close = () => connection.close();
  provider = new BrowserProvider(connection.provider, undefined, { cacheTimeout: -1 });
  [operator, stranger] = [await provider.getSigner(0), await provider.getSigner(1)];
  const deployed: BaseContract = await new ContractFactory(abi, artifact.bytecode, operator).deploy();
  await deployed.waitForDeployment();
  ledger = new Contract(await deployed.getAddress(), abi, operator);
});

afterAll(async () => {
  provider.destroy();
  await close();
});

/** Sends a call of the contract and waits until it is mined. */
async function sent(name: string, ...args: unknown[]): Promise<ContractTransactionReceipt> {
  const transaction = await ledger.getFunction(name).send(...args);
  const receipt = await transaction.wait();
  if (receipt === null) throw new Error(`${name} was not mined`);
  return receipt;
}

/** The name of the custom error that a call ends with. */
async function errorOf(from: JsonRpcSigner, name: string, ...args: unknown[]): Promise<string> {
  const data = abi.encodeFunctionData(name, args);
  const answer = await provider.send('eth_call', [{ from: from.address, to: ledger.target, data }, 'latest']).then(
    () => 'no error',
    (cause: unknown) => abi.parseError(revertData(cause))?.name,
  );
  return answer ?? 'an unknown error';
}

/** The bytes that a contract reverted with, wherever the layers in between have put them. */
function revertData(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null;) {
    const { data, error: inner, info } = at as { data?: unknown; error?: unknown; info?: { error?: unknown } };
    if (typeof data === 'string') return data;
    at = data ?? inner ?? info?.error;
  }
  throw error;
}

async function opened(vkey: string): Promise<string> {
  await sent('open', vkey);
  return keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'bytes32'], [operator.address, id(vkey)]));
}

const hashes = ({ proof, oldRoot, newRoot }: Consistency) => ({
  proof: proof.map((hash) => new Uint8Array(hash)),
  oldRoot: `0x${oldRoot.toString('hex')}`,
  newRoot: `0x${newRoot.toString('hex')}`,
});

describe('committed files', () => {
  it('the artifact is what the sources build', async () => {
    expect(await readFile(artifactFile, 'utf8')).toBe(await builtArtifact());
  });

  it('its code has no instruction that is newer than London', () => {
    const newer = new Map([
      [0x1e, 'CLZ'],
      [0x49, 'BLOBHASH'],
      [0x4a, 'BLOBBASEFEE'],
      [0x5c, 'TLOAD'],
      [0x5d, 'TSTORE'],
      [0x5e, 'MCOPY'],
      [0x5f, 'PUSH0'],
    ]);
    const code = Buffer.from(artifact.deployedBytecode.slice(2), 'hex');
    const end = code.length - 2 - code.readUInt16BE(code.length - 2); // metadata and its length
    const found = new Set<string>();
    for (let at = 0; at < end; at++) {
      const opcode = code[at]!;
      if (newer.has(opcode)) found.add(newer.get(opcode)!);
      if (opcode >= 0x60 && opcode <= 0x7f) at += opcode - 0x5f; // PUSH1 to PUSH32
    }
    expect([...found]).toEqual([]);
    expect(artifact.compiler.settings.evmVersion).toBe('london');
  });

  it('its code is known, and so is that of earlier ledgers, and no other', () => {
    const earlier = '0x90ca147fe519d8e56e910deb11904a8405acd9ce2c9a53be4aa76cd127537501';
    expect([artifact.codeHash, earlier, keccak256('0x')].map(isAnchorContract)).toEqual([true, true, false]);
    expect(keccak256(artifact.deployedBytecode)).toBe(artifact.codeHash);
  });

  it('the vectors are what their script writes', async () => {
    for (const [name, text] of vectorFiles()) expect(await readFile(join(vectorsDir, name), 'utf8')).toBe(text);
  });
});

describe('EvidenceAnchor', () => {
  it('has the committed code hash on chain', async () => {
    expect(keccak256(await provider.getCode(ledger.target))).toBe(artifact.codeHash);
  });

  it('takes no ether anywhere and has no function that we do not know', () => {
    expect(artifact.abi.filter((entry) => 'stateMutability' in entry && entry.stateMutability === 'payable')).toEqual(
      [],
    );
    expect(
      abi.fragments
        .filter(({ type }) => type !== 'error')
        .map((fragment) => fragment.format('full'))
        .toSorted(),
    ).toEqual([
      'event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize, uint64 anchorIndex)',
      'event Endorsed(bytes32 indexed logId, address indexed endorser, uint64 size, bytes32 root)',
      'event Opened(bytes32 indexed logId, address indexed operator, string vkey)',
      'event OperatorTransferStarted(bytes32 indexed logId, address indexed from, address indexed to)',
      'event OperatorTransferred(bytes32 indexed logId, address indexed from, address indexed to)',
      'function acceptOperator(bytes32 logId)',
      'function anchor(bytes32 logId, uint64 oldSize, uint64 newSize, bytes32 newRoot, bytes32[] proof)',
      'function endorse(bytes32 logId, uint64 size, bytes32 root)',
      'function endorsedSize(bytes32 logId, address who) view returns (uint64)',
      'function head(bytes32 logId) view returns (uint64 size, bytes32 root, uint64 time, uint64 count)',
      'function open(string vkey) returns (bytes32 logId)',
      'function operatorOf(bytes32 logId) view returns (address)',
      'function pendingOperatorOf(bytes32 logId) view returns (address)',
      'function rootAt(bytes32 logId, uint64 size) view returns (bytes32)',
      'function transferOperator(bytes32 logId, address to)',
      'function verifyConsistency(uint64 oldSize, uint64 newSize, bytes32 oldRoot, bytes32 newRoot, bytes32[] proof) view returns (bool)',
      'function verifyInclusion(bytes32 leafHash, uint64 index, uint64 size, bytes32[] proof, bytes32 root) view returns (bool)',
    ]);
  });

  it('keeps a history that its events cover without a gap', async () => {
    const logId = await opened(VKEY);
    expect(await ledger.getFunction('operatorOf')(logId)).toBe(operator.address);
    expect(await ledger.getFunction('head')(logId)).toEqual([0n, EMPTY_ROOT, 0n, 0n]);

    const sizes = [3, 4, 7, 13];
    let receipt: ContractTransactionReceipt | undefined;
    for (const [i, size] of sizes.entries()) {
      const previous = sizes[i - 1] ?? 0;
      const { proof, newRoot } = hashes(realConsistency(previous === 0 ? size : previous, size));
      receipt = await sent('anchor', logId, previous, size, newRoot, proof);
    }
    const { newRoot: last } = hashes(realConsistency(13, 13));
    const block = await provider.getBlock(receipt!.blockNumber);
    expect(await ledger.getFunction('head')(logId)).toEqual([13n, last, BigInt(block!.timestamp), 4n]);
    expect(await ledger.getFunction('rootAt')(logId, 13)).toBe(last);
    expect(await ledger.getFunction('rootAt')(logId, 5)).toBe(`0x${'0'.repeat(64)}`);

    const logs = await provider.getLogs({ address: await ledger.getAddress(), topics: [null, logId], fromBlock: 0 });
    const events = logs.map((log) => abi.parseLog(log)!);
    expect(events.map(({ name, args }) => [name, ...args.slice(1)])).toEqual([
      ['Opened', operator.address, VKEY],
      ...sizes.map((size, i) => [
        'Anchored',
        BigInt(size),
        hashes(realConsistency(size, size)).newRoot,
        BigInt(sizes[i - 1] ?? 0),
        BigInt(i),
      ]),
    ]);
  });

  it('names why it refuses [E67 E68]', async () => {
    const logId = await opened('refusals');
    const { proof, oldRoot, newRoot } = hashes(realConsistency(6, 13));
    await sent('anchor', logId, 0, 6, oldRoot, []);
    const nowhere = id('nowhere');
    expect(await errorOf(operator, 'open', 'refusals')).toBe('LogExists');
    expect(await errorOf(stranger, 'open', 'refusals')).toBe('no error');
    expect(await errorOf(operator, 'head', nowhere)).toBe('UnknownLog');
    expect(await errorOf(stranger, 'anchor', logId, 6, 13, newRoot, proof)).toBe('NotOperator');
    expect(await errorOf(operator, 'anchor', logId, 5, 13, newRoot, proof)).toBe('StaleHead');
    expect(await errorOf(operator, 'anchor', logId, 6, 6, oldRoot, [])).toBe('NotGrowing');
    expect(await errorOf(operator, 'anchor', logId, 6, 13, EMPTY_ROOT, proof)).toBe('InconsistentProof');
    expect(await errorOf(operator, 'anchor', logId, 6, 13, `0x${'0'.repeat(64)}`, proof)).toBe('ZeroRoot');
    expect(await errorOf(stranger, 'endorse', logId, 6, newRoot)).toBe('NotAnchored');
    expect(await errorOf(stranger, 'acceptOperator', logId)).toBe('NotPendingOperator');
    expect(await errorOf(operator, 'anchor', await opened('empty'), 0, 6, oldRoot, proof)).toBe('ProofNotEmpty');
    expect(await errorOf(operator, 'anchor', logId, 6, 13, newRoot, proof)).toBe('no error');
  });

  it('remembers endorsements and hands a log over in two steps', async () => {
    const logId = await opened('handed over');
    const { oldRoot } = hashes(realConsistency(6, 13));
    await sent('anchor', logId, 0, 6, oldRoot, []);
    await sent('endorse', logId, 6, oldRoot);
    expect(await ledger.getFunction('endorsedSize')(logId, operator.address)).toBe(6n);
    expect(await ledger.getFunction('endorsedSize')(logId, stranger.address)).toBe(0n);

    await sent('transferOperator', logId, stranger.address);
    expect(await ledger.getFunction('pendingOperatorOf')(logId)).toBe(stranger.address);
    const accepted = await (ledger.connect(stranger) as Contract).getFunction('acceptOperator').send(logId);
    await accepted.wait();
    expect(await ledger.getFunction('operatorOf')(logId)).toBe(stranger.address);
    expect(await errorOf(operator, 'transferOperator', logId, operator.address)).toBe('NotOperator');
  });
});

describe('the vectors, judged on chain', () => {
  it.each<InclusionCase>(inclusionVectors.cases)(
    'inclusion: $name',
    async ({ leafHash, index, size, proof, root, expected }) => {
      expect(await ledger.getFunction('verifyInclusion')(leafHash, index, size, proof, root)).toBe(expected);
    },
  );

  it.each<ConsistencyCase>(consistencyVectors.cases)(
    'consistency: $name',
    async ({ oldSize, newSize, oldRoot, newRoot, proof, expected }) => {
      expect(await ledger.getFunction('verifyConsistency')(oldSize, newSize, oldRoot, newRoot, proof)).toBe(expected);
    },
  );
});

describe('gas', () => {
  // Whole transactions: base, calldata, storage, proof and event; limits a little above what was
  // measured. Besides their number, the hashes that lie left of the old tree's edge count double,
  // so that 21 hashes take between 86,500 and 89,300.
  it.each([
    { oldSize: 1_000n, newSize: 1_100n, hashCount: 9, limitGas: 71_000 },
    { oldSize: 1_000_000n, newSize: 1_010_000n, hashCount: 14, limitGas: 77_000 },
    { oldSize: 1_000_000_000n, newSize: 1_004_000_000n, hashCount: 21, limitGas: 88_000 },
    { oldSize: 1_000_000_001n, newSize: 1_100_000_000n, hashCount: 32, limitGas: 99_000 },
    { oldSize: 2n ** 64n - 3n, newSize: 2n ** 64n - 1n, hashCount: 65, limitGas: 155_000 },
  ])('the next anchor at $oldSize entries, $hashCount hashes, takes at most $limitGas', async (figures) => {
    const { oldSize, newSize, hashCount, limitGas } = figures;
    const { proof, oldRoot, newRoot } = hashes(drawnConsistency(oldSize, newSize));
    expect(proof).toHaveLength(hashCount);
    const logId = await opened(`gas at ${oldSize}`);
    await sent('anchor', logId, 0, oldSize, oldRoot, []);
    const { gasUsed } = await sent('anchor', logId, oldSize, newSize, newRoot, proof);
    expect(Number(gasUsed)).toBeLessThanOrEqual(limitGas);
  });
});
