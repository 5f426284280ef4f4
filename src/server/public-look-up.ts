import * as z from 'zod';
import type { LedgerRecord } from '../log/model.ts';
import { isJsonObject, type JsonObject } from '../protocol/encoding/json.ts';
import { receiptJson } from '../protocol/receipt.ts';
import { RECORD_STATES, stateOf } from '../text/record-states.ts';
import { Anchor } from './answers.ts';
import type { ServerParts } from './operation.ts';
import { recordFor, sectionOf, stateSizes } from './records.ts';

/** What strangers learn who know the digest of a file: never a name, a case, a size or a person. */

/** Further records of one digest are not shown. */
const MAX_SHOWN = 25;
const ShownAnchor = Anchor.pick({ chainId: true, contract: true, txHash: true, blockNumber: true });

const PublicItem = z
  .strictObject({
    number: z.string(),
    receivedAt: z.string().nullable(),
    state: z.enum(RECORD_STATES),
    anchor: ShownAnchor.nullable(),
  })
  .meta({ id: 'PublicItem', description: 'What strangers learn of a record: that it exists, when, and its anchor.' });

export const PublicPage = z.strictObject({ scope: z.literal('public'), items: z.array(PublicItem) }).meta({
  id: 'PublicPage',
  description:
    'The answer to those who have not signed in. A record that is not public and one that does not exist are answered alike.',
});

/** The answer to a stranger who knows this SHA-256 (lower-case hex). */
export async function publicLookUp(parts: ServerParts, sha256: string): Promise<JsonObject> {
  const lookup = { by: 'sha256', value: sha256 };
  const indexes = parts.isLookupPublic
    ? await parts.log.store.indexesOf(lookup, 0n, MAX_SHOWN)
    : (await parts.publishedRecords.indexesOf(sha256)).slice(0, MAX_SHOWN);
  const items: JsonObject[] = [];
  for (const index of indexes) {
    await parts.fairQueue.next();
    items.push(await publicItem(parts, index, await recordFor(parts, index, lookup)));
  }
  return { scope: 'public', items };
}

async function publicItem(parts: ServerParts, index: bigint, record: LedgerRecord): Promise<JsonObject> {
  const { anchor } = receiptJson(await parts.log.newestReceipt(index, record));
  return {
    number: record.header.number,
    receivedAt: sectionOf(record, 'time')['receivedAt'] ?? null,
    state: stateOf(index, await stateSizes(parts)),
    anchor: isJsonObject(anchor)
      ? Object.fromEntries(Object.keys(ShownAnchor.shape).map((name) => [name, anchor[name]!]))
      : null,
  };
}
