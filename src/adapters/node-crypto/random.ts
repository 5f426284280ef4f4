import { randomBytes } from 'node:crypto';

const BLOCK_BYTES = 16 * 1024;

/**
 * Returns a source of random bytes that asks the system's generator for a block at a time. Each
 * byte is returned once and then erased.
 */
export function blockwiseRandomBytes(): (count: number) => Uint8Array {
  let block = Buffer.alloc(0);
  return (count) => {
    if (count > block.length) block = randomBytes(Math.max(BLOCK_BYTES, count));
    const bytes = new Uint8Array(block.subarray(0, count));
    block.fill(0, 0, count);
    block = block.subarray(count);
    return bytes;
  };
}
