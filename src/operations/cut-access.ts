import { AccessLog } from '../people/access/access-log.ts';
import { cutsOf } from '../people/access/check-streams.ts';
import type { CutStream } from '../people/access/entry.ts';
import { cutFault, KEPT_MS } from '../people/access/judge-cut.ts';
import { readStream } from '../people/access/read-stream.ts';
import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { PeopleError } from '../text/people-error.ts';
import { newestStatement } from './access-records.ts';
import type { LedgerFolder, LedgerParts } from './ports.ts';

/** An entry is a line, which has a largest size. */
const CUTS_AN_ENTRY = 1000;

/**
 * Removes the streams that ended before a time at least six months ago and that a record of the log
 * covers whole which was anchored as long ago. What is removed is named, with its head, by an entry
 * of a new stream, which the next start records: a stream that is missing otherwise was not cut.
 * The caller holds the lock.
 *
 * @param beforeMs Unix milliseconds
 * @throws LedgerError `access-cut-too-young`
 */
export async function cutAccess(
  folder: LedgerFolder,
  { engineIn, accessIn, hash }: Pick<LedgerParts, 'engineIn' | 'accessIn' | 'hash'>,
  beforeMs: number,
  newStream: () => string,
): Promise<readonly CutStream[]> {
  if (!(beforeMs <= Date.now() - KEPT_MS)) throw new PeopleError('access-cut-too-young');
  const { paths } = folder;
  const streams = accessIn(paths.access);
  const ignore = () => {};
  const { store } = await engineIn(paths.dir).open({
    externalSize: async () => 0n,
    onTornTail: ignore,
    onFailStop: ignore,
  });
  try {
    const earlier = new Map<string, CutStream>();
    const cut: CutStream[] = [];
    for (const stream of await streams.list()) {
      const { head, lastAt, fault, tornBytes } = await readStream(hash, streams.read(stream), (entry) => {
        for (const each of cutsOf(entry)) earlier.set(each.stream, each);
      });
      const newest = await newestStatement(store, hash, stream);
      const isWhole = fault === undefined && tornBytes === 0 && newest?.to === head.count;
      if (!isWhole || !equalBytes(newest.head, head.hash) || Date.parse(lastAt!) >= beforeMs) continue;
      if (cutFault(newest, Date.now()) !== undefined) continue;
      cut.push({ stream, to: head.count, head: toBase64(head.hash) });
    }
    if (cut.length === 0) return [];
    const log = new AccessLog({
      streams,
      hash,
      clock: Date.now,
      newStream,
      origin: folder.readIdentity().log.origin,
    });
    for (const each of cut) earlier.set(each.stream, each);
    const all = [...earlier.values()];
    for (let at = 0; at < all.length; at += CUTS_AN_ENTRY) {
      await log.add({ entry: 'cut', streams: all.slice(at, at + CUTS_AN_ENTRY) });
    }
    await log.close();
    for (const { stream } of cut) await streams.remove(stream);
    return cut;
  } finally {
    await store.close();
  }
}
