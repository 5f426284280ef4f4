import { bilingual } from '../text/message.ts';
import { STORE_FAULTS } from '../text/store.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { equalBytes } from '../protocol/encoding/bytes.ts';
import type { AnchorJob } from './model.ts';
import type { Store } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';

export interface AnchoredRangeParts {
  readonly store: Pick<Store, 'anchor'>;
  readonly reader: Pick<TreeReader, 'rootAt'>;
  /** The anchor that receipts of trees from this size on embed; undefined: none yet. */
  readonly anchorFrom: (size: bigint) => Promise<AnchorJob | undefined>;
}

/**
 * The records [from, to) that an anchor was the first to cover, and those of earlier anchors whose
 * receipts embed this one, as the first with the quorum of witnesses or under a key that is not
 * revoked. Undefined for a failed one. Throws `index-damaged` where its root is not that of the
 * tree.
 */
export async function anchoredRange(
  { store, reader, anchorFrom }: AnchoredRangeParts,
  job: AnchorJob,
): Promise<{ readonly from: bigint; readonly to: bigint } | undefined> {
  if (job.state === 'failed') return undefined;
  if (!equalBytes(await reader.rootAt(job.size), job.root)) {
    throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.anchorRoot, { id: job.id }) });
  }
  for (let id = job.id - 1; id >= 0; id--) {
    const before = (await store.anchor(id))!;
    if (before.state === 'failed' || before.size >= job.size) continue;
    if ((await anchorFrom(before.size))?.id !== job.id) return { from: before.size, to: job.size };
  }
  return { from: 0n, to: job.size };
}
