import { fromBase64, toBase64 } from '../../protocol/encoding/bytes.ts';
import type { Json, JsonObject } from '../../protocol/encoding/json.ts';
import { integer, members, text } from '../../protocol/encoding/shape.ts';
import type { DirectoryHead } from '../model.ts';

/** The name of the section of an `access` record, and of its kind. */
export const ACCESS_KIND = 'access';

/** What an `access` record of the log states. */
export interface AccessStatement {
  readonly stream: string;
  /** The first entry that no earlier record of the stream covers, from 1. */
  readonly from: number;
  /** The last entry; `from` − 1 where there is no new one. */
  readonly to: number;
  /** 32 bytes: the chain after entry `to`. */
  readonly head: Uint8Array;
  /** Root of the last record of the stream. */
  readonly previous: Uint8Array | undefined;
  readonly directory: DirectoryHead;
}

/** A statement with its place in the log. */
export interface RecordedStatement extends AccessStatement {
  /** Index of the record. */
  readonly index: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** When the service received the record, as it states; Unix milliseconds. */
  readonly receivedMs?: number | undefined;
  /** Time of the block of the first final anchor that covers the record; Unix milliseconds. */
  readonly anchoredMs?: number | undefined;
}

/** The value of the section. */
export function statementJson({ stream, from, to, head, previous, directory }: AccessStatement): JsonObject {
  return {
    stream,
    from,
    to,
    head: toBase64(head),
    previous: previous === undefined ? null : toBase64(previous),
    directory: { count: directory.count, hash: toBase64(directory.hash) },
  };
}

/** Throws a `ProtocolError`. */
export function parseStatement(value: Json | undefined): AccessStatement {
  const stated = members('access', value, ['stream', 'from', 'to', 'head', 'previous', 'directory']);
  const directory = members('directory', stated['directory'], ['count', 'hash']);
  const count = (name: string, given: Json | undefined) => integer(name, given, 0, Number.MAX_SAFE_INTEGER);
  const hash = (name: string, given: Json | undefined) => fromBase64(name, text(name, given, 44), 32);
  return {
    stream: text('stream', stated['stream'], 36),
    from: count('from', stated['from']),
    to: count('to', stated['to']),
    head: hash('head', stated['head']),
    previous: stated['previous'] === null ? undefined : hash('previous', stated['previous']),
    directory: { count: count('count', directory['count']), hash: hash('hash', directory['hash']) },
  };
}
