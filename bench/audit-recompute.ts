// Entries a second of the audit's pure part: parse bundles, hash leaves, fold, compare every tile. One core, nothing fetched.
// `node bench/audit-recompute.ts [entries]`
import { nodeTreeHasher } from '../src/adapters/node-crypto/node-hashes.ts';
import { compareTile, type ComputedTile, Recomputation } from '../src/audit/recompute.ts';
import { formatEntryBundle } from '../src/protocol/merkle/entry-bundle.ts';

const count = Number(process.argv[2] ?? 1_000_000);
const bundles = Array.from({ length: Math.ceil(count / 256) }, (_, b) => {
  const width = Math.min(256, count - b * 256);
  return formatEntryBundle(
    Array.from({ length: width }, (_entry, i) => {
      const entry = Buffer.alloc(33, 1);
      entry.writeUInt32BE(b * 256 + i, 29);
      return entry;
    }),
  );
});
const tiles = bundles.map((bundle) => {
  const leaves = [];
  for (let at = 0; at < bundle.length; at += 35) leaves.push(nodeTreeHasher.leaf(bundle.subarray(at + 2, at + 35)));
  return Buffer.concat(leaves);
});

for (let round = 0; round < 3; round++) {
  const startMs = performance.now();
  const recomputation = new Recomputation(nodeTreeHasher, BigInt(count), [1000n, BigInt(count) / 2n]);
  let problems = 0;
  // A computed tile is compared with itself: what it costs, without keeping the served one.
  const check = (computed: readonly ComputedTile[]) =>
    computed.forEach((tile) => (problems += compareTile(tile, tile.hashes).length));
  for (const [i, bundle] of bundles.entries()) {
    const step = recomputation.addBundle(bundle, tiles[i]!);
    problems += step.problems.length;
    check(step.completed);
  }
  check(recomputation.partialTiles());
  const seconds = (performance.now() - startMs) / 1000;
  const memory = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
  console.log(`${Math.round(count / seconds)} entries/s, ${problems} problems, heap ${memory} MiB`);
}
