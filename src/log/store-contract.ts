import { LedgerError } from '../text/ledger-error.ts';
import { equalBytes, utf8Bytes } from '../protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { assert } from '../protocol/encoding/errors.ts';
import { parseNote } from '../protocol/note/note.ts';
import { type AnchorJob, type Commit, type Head, type Lookup, type PublishedCheckpoint } from './ports.ts';

/**
 * What every `Store` demands of its caller, in one place, so that all adapters refuse the same
 * things. `head-moved` is an answer; all else that is refused here is a bug of ours, and nothing is
 * written.
 */

const ENTRY_BYTES = 33;
const HASH_BYTES = 32;
export const MAX_LOOKUP_BYTES = 1024;

export function requireHead(head: Head, expected: Pick<Head, 'size' | 'root'>): void {
  if (head.size === expected.size && equalBytes(head.root, expected.root)) return;
  throw new LedgerError('head-moved', {
    detail: `head of the store has size ${head.size}, the commit expects ${expected.size}`,
  });
}

/**
 * The commit continues `head`. Whether the stated root is the root of the tree is for the store to
 * compute.
 */
export function checkCommit(head: Head, { items, head: next }: Commit): void {
  assert(
    next.size === head.size + BigInt(items.length),
    `commit of ${items.length} records leads from ${head.size} to ${next.size}`,
  );
  assert(
    Number.isSafeInteger(next.lastTimeMs) && next.lastTimeMs >= head.lastTimeMs,
    `last time falls from ${head.lastTimeMs} to ${next.lastTimeMs}`,
  );
  checkStatement(next.note, next.size, next.root);
  for (const { entry, mark, record } of items) {
    assert(entry.length === ENTRY_BYTES, `entry has ${entry.length} bytes, should have ${ENTRY_BYTES}`);
    assert(mark === undefined || mark.scope.length === HASH_BYTES, 'idempotency scope should have 32 bytes');
    assert(mark === undefined || mark.request.length === HASH_BYTES, 'idempotency request should have 32 bytes');
    for (const lookup of record.lookups) checkLookup(lookup);
  }
}

export function checkLookup({ by, value }: Lookup): void {
  assert(/^[0-9A-Za-z]{1,32}$/.test(by), `look-up by ${JSON.stringify(by)} should be 1 to 32 letters and digits`);
  // a string has at most three times as many bytes as UTF-16 units: most need no encoding to know
  const isShort = value.length * 3 <= MAX_LOOKUP_BYTES || utf8Bytes(value).length <= MAX_LOOKUP_BYTES;
  assert(
    isShort && value.isWellFormed(),
    `look-up value should be well-formed text of at most ${MAX_LOOKUP_BYTES} bytes`,
  );
}

/** Sizes only grow; `isKnown` says that this size was published before. */
export function checkPublish(
  head: Head,
  last: PublishedCheckpoint | undefined,
  isKnown: boolean,
  next: PublishedCheckpoint,
): void {
  assert(next.size <= head.size, `size ${next.size} is published, the tree has ${head.size}`);
  assert(
    last === undefined || next.size >= last.size || isKnown,
    `size ${next.size} is published for the first time after ${last?.size}`,
  );
  const stated = parseCheckpoint(parseNote(next.note).text).size;
  assert(stated === next.size, `note states size ${stated}, should state ${next.size}`);
}

/**
 * Ids have no gaps; what failed stays so, and what was final too, unless the chain broke its word
 * and took it back. `before` is the job that is replaced.
 */
export function checkAnchor(count: number, before: AnchorJob | undefined, next: AnchorJob): void {
  assert(Number.isSafeInteger(next.id) && next.id >= 0 && next.id <= count, `anchor ${next.id} after ${count} of them`);
  if (before === undefined || !isEnded(before)) return;
  const isReorged = before.state === 'final' && next.state === 'sent' && next.inclusion === undefined;
  assert(isReorged || next.state === before.state, `anchor ${next.id} goes from ${before.state} to ${next.state}`);
}

export function isEnded(job: AnchorJob): boolean {
  return job.state === 'final' || job.state === 'failed';
}

function checkStatement(note: string, size: bigint, root: Uint8Array): void {
  const stated = parseCheckpoint(parseNote(note).text);
  assert(
    stated.size === size && equalBytes(stated.root, root),
    `note states another head than the one of size ${size}`,
  );
}
