import { rebuildIndex } from '../../src/adapters/embedded-store/repair/rebuild.ts';
import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';

/**
 * `node rebuild-process.ts DATA_DIR`: does what `evl rebuild-index` does, upon a message. Exit 70:
 * it failed.
 */
process.once('message', () => {
  rebuildIndex({ dir: process.argv[2]!, hasher: nodeTreeHasher }).then(
    () => process.exit(0),
    () => process.exit(70),
  );
});
process.send!('ready');
