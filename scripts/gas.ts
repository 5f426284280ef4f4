// `npm run gas`: measures the gas of each call of the contract on a Hardhat node in this process
// and writes docs/GAS.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AbiCoder, BrowserProvider, Contract, ContractFactory, id, Interface, keccak256 } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import artifact from '../src/adapters/ethereum/evidence-anchor.json' with { type: 'json' };
import { type Consistency, drawnConsistency } from '../test/oracle/merkle-vectors.ts';

const SIZES = [1000n, 1_000_000n, 1_000_000_000n];
/** Records between two anchors. */
const STEP = 997n;
const DRAWS = 25;

const runtime = await createHardhatRuntimeEnvironment({});
const connection = await runtime.network.create();
const provider = new BrowserProvider(connection.provider, undefined, { cacheTimeout: -1 });
const operator = await provider.getSigner(0);
const abi = new Interface(artifact.abi);
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;

const deployment = await new ContractFactory(abi, artifact.bytecode, operator).deploy();
const contract = new Contract(await deployment.getAddress(), abi, operator);
const rows: [string, string, bigint][] = [['deploy', '', (await deployment.deploymentTransaction()!.wait())!.gasUsed]];

async function gasOf(name: string, ...args: unknown[]): Promise<bigint> {
  const transaction = await contract.getFunction(name).send(...args);
  return (await transaction.wait())!.gasUsed;
}

let logs = 0;
async function openLog(): Promise<{ logId: string; gas: bigint }> {
  const vkey = `ledger.example/gas-${String(logs++).padStart(4, '0')}+3c0a9a7d+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=`;
  const gas = await gasOf('open', vkey);
  const logId = keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'bytes32'], [operator.address, id(vkey)]));
  return { logId, gas };
}

/** The second anchor of a new log: every anchor after the first has the same cost. */
async function nextAnchor({ oldSize, newSize, oldRoot, newRoot, proof }: Consistency) {
  const { logId, gas: open } = await openLog();
  const first = await gasOf('anchor', logId, 0, oldSize, hex(oldRoot), []);
  const next = await gasOf('anchor', logId, oldSize, newSize, hex(newRoot), proof.map(hex));
  const endorse = await gasOf('endorse', logId, newSize, hex(newRoot));
  return { open, first, next, endorse, hashes: proof.length };
}

for (const size of SIZES) {
  const shapes = Array.from({ length: DRAWS }, (_, i) =>
    drawnConsistency(size - STEP + 100n * BigInt(i), size + 100n * BigInt(i)),
  );
  const measured = [];
  for (const shape of shapes) measured.push(await nextAnchor(shape));
  measured.sort((a, b) => Number(a.next - b.next));
  const [usual, worst] = [measured[DRAWS >> 1]!, measured.at(-1)!];
  if (size === SIZES[0]) {
    rows.push(['open', '', usual.open], ['first anchor', '', usual.first], ['first endorsement', '', usual.endorse]);
  }
  const name = `next anchor at ${size.toLocaleString('en')} records`;
  rows.push(
    [`${name}, usual`, String(usual.hashes), usual.next],
    [`${name}, worst of ${DRAWS}`, String(worst.hashes), worst.next],
  );
}
const exact = await nextAnchor(drawnConsistency(1_000_000_000n - 1000n, 1_000_000_000n));
rows.push(['next anchor to exactly 1,000,000,000 records', String(exact.hashes), exact.next]);
provider.destroy();
await connection.close();

const text = `# Gas

Written by \`npm run gas\`: the gas used by each call, including the transaction's data, with the committed bytecode.
The hashes are those of the consistency proof.
The trees are drawn at random, so a digest may have a zero byte more or less, which is 12 gas.

| call | hashes | gas |
| --- | ---: | ---: |
${rows.map(([what, hashes, gas]) => `| ${what} | ${hashes} | ${gas.toLocaleString('en')} |`).join('\n')}

## Slots

Each log has these slots, counted from the slot of its id:

| slot | content | access by \`anchor\` |
| --- | --- | --- |
| 0 | size, block time and count of the newest anchor, 64 bits each | one write: 5,000 gas |
| 1 | the operator | one read: 2,100 |
| 2 | the account that the log is offered to | – |
| 3 | the root of each anchored size, one slot each | one read of the old root: 2,100; one new slot: 22,100 |
| 4 | the largest size endorsed by each endorser, one slot each | – |

A root is stored once, by its size; the head has no copy.
The operator in the slot of the size would leave 32 bits, too few for time and count, and writing a second slot costs more than reading one.
Each hash of the proof is 32 bytes of data and one or two calls of the SHA-256 precompile.
`;
writeFileSync(join(import.meta.dirname, '..', 'docs', 'GAS.md'), text);
console.log(text);
