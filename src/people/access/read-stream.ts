import { concatBytes } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import { errorText } from '../../text/error-text.ts';
import type { Message } from '../../text/message.ts';
import { ACCESS_FAULTS } from '../../text/access.ts';
import { type AccessEntry, type AccessHead, EMPTY_ACCESS, MAX_LINE_BYTES, parseLine } from './entry.ts';

/** What a stream holds after its whole entries. */
export interface StreamEnd {
  readonly head: AccessHead;
  /** Bytes of the whole entries. */
  readonly lengthBytes: number;
  /** Time of the last entry; undefined where there is none. */
  readonly lastAt: string | undefined;
  /** Bytes after them that a write left which was cut off: nothing that they begin was answered. */
  readonly tornBytes: number;
  /** Why what follows is no entry, where no crash leaves it so. */
  readonly fault: Message | undefined;
}

const LINE_FEED = 10;

/**
 * Reads a stream from its first entry on, checks the chain, and gives each entry to `onEntry` with
 * the head after it. Ends at the first that is not whole.
 */
export async function readStream(
  hash: Sha256,
  bytes: AsyncIterable<Uint8Array>,
  onEntry: (entry: AccessEntry, head: AccessHead) => void = () => {},
): Promise<StreamEnd> {
  let [head, lengthBytes]: [AccessHead, number] = [EMPTY_ACCESS, 0];
  let lastAt: string | undefined;
  let rest: Uint8Array = new Uint8Array(0);
  let fault: Message | undefined;
  let total = 0;
  for await (const piece of bytes) {
    total += piece.length;
    if (fault !== undefined) {
      rest = piece; // only the end of the stream still counts
      continue;
    }
    rest = rest.length === 0 ? piece : concatBytes(rest, piece);
    let begin = 0;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED, begin)) {
      try {
        const read = parseLine(hash, head, decoder.decode(rest.subarray(begin, end)));
        head = read.head;
        lastAt = read.entry.at;
        onEntry(read.entry, head);
      } catch (error) {
        fault = errorText(error);
        break;
      }
      lengthBytes += end + 1 - begin;
      begin = end + 1;
    }
    rest = rest.subarray(begin);
    if (fault === undefined && rest.length > MAX_LINE_BYTES) fault = ACCESS_FAULTS.lineTooLong;
  }
  // a crash leaves the beginning of a line, or zeros where the file had grown before its bytes came
  const restBytes = total - lengthBytes;
  const isTorn = restBytes > 0 && (fault === undefined || rest.at(-1) === 0);
  return { head, lengthBytes, lastAt, tornBytes: isTorn ? restBytes : 0, fault: isTorn ? undefined : fault };
}

const decoder = new TextDecoder('utf-8', { fatal: true });
