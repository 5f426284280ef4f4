import type { Store } from './ports.ts';

/** The newest checkpoint of the log that is final on the chain, and the block that anchors it. */
export async function newestFinalAnchor(
  store: Pick<Store, 'anchorCount' | 'anchor'>,
): Promise<{ readonly size: bigint; readonly block: bigint; readonly blockTimeMs: number } | undefined> {
  for (let id = store.anchorCount() - 1; id >= 0; id--) {
    const job = await store.anchor(id);
    if (job?.state !== 'final') continue;
    const { blockNumber: block, blockTimeMs } = job.inclusion!;
    return { size: job.size, block, blockTimeMs };
  }
  return undefined;
}
