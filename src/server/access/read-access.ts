import type { AccessEntry } from '../../people/access/entry.ts';
import { readStream } from '../../people/access/read-stream.ts';
import type { AccessStreams } from '../../people/ports.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';

/** A request in the access log, with its answer as far as that is known. */
export interface LoggedRequest {
  readonly stream: string;
  readonly asked: AccessEntry;
  /** Status of HTTP; 0 where the client left before; undefined where the log does not say. */
  status: number | undefined;
}

const MAX_CASE_REQUESTS = 1000;

/** Entries of a stream after the one with the number `after`, at most `limit`. */
export async function entriesAfter(
  hash: Sha256,
  streams: AccessStreams,
  stream: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<AccessEntry[]> {
  const found: AccessEntry[] = [];
  await readStream(
    hash,
    until(streams.read(stream), () => found.length >= limit),
    (entry) => {
      if (entry.seq > after && found.length < limit) found.push(entry);
    },
  );
  return found;
}

/** The newest requests about a case, the newest first, at most 1,000. */
export async function requestsAbout(hash: Sha256, streams: AccessStreams, id: string): Promise<LoggedRequest[]> {
  const newest: LoggedRequest[] = [];
  for (const stream of (await streams.list()).toReversed()) {
    const found: LoggedRequest[] = [];
    const open = new Map<number, LoggedRequest>();
    await readStream(hash, streams.read(stream), (entry) => {
      if (entry.entry === 'asked' && entry.value['case'] === id) {
        const request: LoggedRequest = { stream, asked: entry, status: undefined };
        found.push(request);
        open.set(entry.seq, request);
      }
      if (entry.entry !== 'answered') return;
      const request = open.get(Number(entry.value['asked']));
      if (request !== undefined) request.status = Number(entry.value['status']);
      open.delete(Number(entry.value['asked']));
    });
    newest.push(...found.toReversed());
    if (newest.length >= MAX_CASE_REQUESTS) break;
  }
  return newest.slice(0, MAX_CASE_REQUESTS);
}

async function* until(bytes: AsyncIterable<Uint8Array>, isEnough: () => boolean): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    yield piece;
    if (isEnough()) return;
  }
}
