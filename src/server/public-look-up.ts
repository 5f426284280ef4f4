import * as z from 'zod';
import type { LedgerRecord } from '../log/model.ts';
import { isJsonObject, type JsonObject } from '../protocol/encoding/json.ts';
import { receiptJson } from '../protocol/receipt.ts';
import { RECORD_STATES, stateOf } from '../text/record-states.ts';
import type { ServerParts } from './operation.ts';
import { recordFor, sectionOf, stateSizes } from './records.ts';

/** What strangers learn who know the digest of a file: never a name, a case, a size or a person. */

/** Further records of one digest are not shown. */
const MAX_SHOWN = 25;
const ANCHOR_MEMBERS = ['chainId', 'contract', 'txHash', 'blockNumber'] as const;

const PublicItem = z
  .strictObject({
    number: z.string(),
    receivedAt: z.string().nullable(),
    state: z.enum(RECORD_STATES),
    anchor: z.record(z.enum(ANCHOR_MEMBERS), z.string()).nullable(),
  })
  .meta({ id: 'PublicItem', description: 'What strangers learn of a record: that it exists, when, and its anchor.' });

export const PublicPage = z.strictObject({ scope: z.literal('public'), items: z.array(PublicItem) }).meta({
  id: 'PublicPage',
  description:
    'The answer to those who have not signed in. A record that is not public and one that does not exist are answered alike.',
});

/** The records of published ids by digest, kept in memory: a look-up reads nothing. */
export class PublishedRecords {
  readonly #parts: Pick<ServerParts, 'log' | 'people'>;
  readonly #records = new Map<string, { readonly index: bigint; readonly sha256: string | undefined }>();
  #byDigest: ReadonlyMap<string | undefined, readonly bigint[]> = new Map();
  #seenEvents = -1;
  #lastLook: Promise<unknown> = Promise.resolve();

  constructor(parts: Pick<ServerParts, 'log' | 'people'>) {
    this.#parts = parts;
  }

  /** Indexes of the published records with this digest, in order. */
  async indexesOf(sha256: string): Promise<readonly bigint[]> {
    const look = this.#lastLook.then(() => this.#follow());
    this.#lastLook = look.catch(() => {}); // its caller gets the error
    await look;
    return this.#byDigest.get(sha256) ?? [];
  }

  /** Reads what was published since the last look-up. */
  async #follow(): Promise<void> {
    const { people, log } = this.#parts;
    const { count } = people.head();
    if (count === this.#seenEvents) return;
    const ids = people.directory.publishedRecords();
    for (const id of ids) {
      if (this.#records.has(id)) continue;
      const index = await log.store.indexOfId(id);
      if (index === undefined) continue; // the directory does not know which records there are
      const sha256 = (await log.record(index)).lookups.find(({ by }) => by === 'sha256')?.value;
      this.#records.set(id, { index, sha256 });
    }
    const found = [...this.#records].filter(([id]) => ids.has(id)).map(([, record]) => record);
    const sorted = found.toSorted((a, b) => (a.index < b.index ? -1 : 1));
    const groups = Map.groupBy(sorted, ({ sha256 }) => sha256);
    this.#byDigest = new Map([...groups].map(([sha256, group]) => [sha256, group.map(({ index }) => index)]));
    this.#seenEvents = count;
  }
}

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
      ? Object.fromEntries(ANCHOR_MEMBERS.map((name) => [name, String(anchor[name])]))
      : null,
  };
}
