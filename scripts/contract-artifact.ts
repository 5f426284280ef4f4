// `npm run contracts`: builds EvidenceAnchor and writes src/adapters/ethereum/evidence-anchor.json,
// which a service needs to deploy and to recognise the contract. The file is committed, so that
// nothing is compiled at start; test/contract.test.ts builds again and compares. Run it after each
// change of the contract, the compiler or its settings.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keccak256 } from 'ethers';

export const artifactFile: string = join(
  import.meta.dirname,
  '..',
  'src',
  'adapters',
  'ethereum',
  'evidence-anchor.json',
);

const SOURCE = 'contracts/EvidenceAnchor.sol';

/** The text of the artifact file, built with the settings of hardhat.config.ts and no cache. */
export async function builtArtifact(): Promise<string> {
  process.env.HARDHAT_DISABLE_TELEMETRY = 'true';
  const [{ createHardhatRuntimeEnvironment }, { default: config }] = await Promise.all([
    import('hardhat/hre'),
    import('../hardhat.config.ts'),
  ]);
  const dir = await mkdtemp(join(tmpdir(), 'evidence-anchor-'));
  try {
    const paths = { artifacts: join(dir, 'artifacts'), cache: join(dir, 'cache') };
    const hre = await createHardhatRuntimeEnvironment({ ...config, paths }, {}, join(import.meta.dirname, '..'));
    await hre.tasks.getTask('build').run({ files: [SOURCE], quiet: true, noTests: true });
    const artifact = await hre.artifacts.readArtifact(`${SOURCE}:EvidenceAnchor`);
    const buildInfo = JSON.parse(
      await readFile(join(paths.artifacts, 'build-info', `${artifact.buildInfoId}.json`), 'utf8'),
    ) as BuildInfo;
    return artifactText(artifact, buildInfo);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Artifact {
  readonly contractName: string;
  readonly abi: readonly unknown[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
  readonly immutableReferences?: object;
}

/** The members of Hardhat's build info that are used: the compiler's version and its input. */
interface BuildInfo {
  readonly solcLongVersion: string;
  readonly input: {
    readonly settings: {
      readonly evmVersion: string;
      readonly optimizer: object;
      readonly metadata: object;
    };
  };
}

/**
 * The artifact as JSON in a fixed order of members; ABI entries keep the compiler's order, which is
 * stable for one source.
 */
function artifactText(artifact: Artifact, { solcLongVersion, input }: BuildInfo): string {
  const { contractName, abi, bytecode, deployedBytecode, immutableReferences } = artifact;
  // With immutables, the code on chain and its hash would differ from deployedBytecode.
  if (Object.keys(immutableReferences ?? {}).length > 0)
    throw new Error(`${contractName} has immutables, should have none`);
  const { evmVersion, optimizer, metadata } = input.settings;
  const compiler = { solc: solcLongVersion, settings: { evmVersion, optimizer, metadata } };
  const codeHash = keccak256(deployedBytecode);
  return `${JSON.stringify({ contractName, compiler, codeHash, abi, bytecode, deployedBytecode }, null, 2)}\n`;
}

if (import.meta.main) await writeFile(artifactFile, await builtArtifact());
