import { crc32 } from 'node:zlib';
import { bilingual, type Message } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';

/**
 * One frame of the journal, pure bytes:
 *
 *     length u32be | seq u64be | SHA-256 of the previous frame | payload | crc32 u32be of all before
 *
 * `length` is that of the payload and never 0, so that a zero-filled tail (whose crc would fit:
 * crc32 of nothing is 0) is no frame. The previous hash is over all bytes of the previous frame,
 * and 32 zero bytes in frame 0. A length is below 2^28: its first byte is a control character,
 * which JSON never holds raw, so that no text chosen by a client passes for a frame when a torn
 * tail is searched.
 */
export interface Frame {
  /** Counts from 0 over all segments without a gap. */
  readonly seq: number;
  readonly previousHash: Uint8Array;
  readonly payload: Uint8Array;
}

/** Why bytes are no frame. */
export interface FrameFault {
  readonly fault: Message;
}

const SEQ_AT = 4;
const PREVIOUS_AT = 12;
export const FRAME_HEADER_BYTES = 44;
const CRC_BYTES = 4;
export const FRAME_OVERHEAD_BYTES = FRAME_HEADER_BYTES + CRC_BYTES;
export const MAX_PAYLOAD_BYTES = 2 ** 28 - 1;
export const FIRST_PREVIOUS_HASH: Uint8Array = new Uint8Array(32);

export function encodeFrame({ seq, previousHash, payload }: Frame): Buffer {
  if (payload.length < 1 || payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`payload has ${payload.length} bytes, should have 1 to ${MAX_PAYLOAD_BYTES}`);
  }
  const frame = Buffer.allocUnsafe(payload.length + FRAME_OVERHEAD_BYTES);
  frame.writeUInt32BE(payload.length, 0);
  frame.writeBigUInt64BE(BigInt(seq), SEQ_AT);
  frame.set(previousHash, PREVIOUS_AT);
  frame.set(payload, FRAME_HEADER_BYTES);
  const crcAt = FRAME_HEADER_BYTES + payload.length;
  frame.writeUInt32BE(crc32(frame.subarray(0, crcAt)), crcAt);
  return frame;
}

/**
 * The length in bytes that the frame at `at` states for all of itself; undefined where there are
 * not 4 bytes, or they are no valid length.
 */
export function frameLength(bytes: Buffer, at = 0): number | undefined {
  if (bytes.length < at + SEQ_AT) return undefined;
  const length = bytes.readUInt32BE(at);
  return length >= 1 && length <= MAX_PAYLOAD_BYTES ? length + FRAME_OVERHEAD_BYTES : undefined;
}

/** The frame that `bytes` begins with, or why there is none. Its parts are views of `bytes`. */
export function decodeFrame(bytes: Buffer): Frame | FrameFault {
  const found = bytes.length;
  if (found < SEQ_AT) return { fault: bilingual(STORE_FAULTS.frameTooShort, { found }) };
  const length = frameLength(bytes);
  if (length === undefined) {
    const values = { found: bytes.readUInt32BE(0), max: MAX_PAYLOAD_BYTES };
    return { fault: bilingual(STORE_FAULTS.payloadLength, values) };
  }
  if (found < length) return { fault: bilingual(STORE_FAULTS.frameCut, { found, expected: length }) };
  const crcAt = length - CRC_BYTES;
  const computed = crc32(bytes.subarray(0, crcAt));
  const stored = bytes.readUInt32BE(crcAt);
  if (computed !== stored) {
    return { fault: bilingual(STORE_FAULTS.frameCrc, { found: hex32(stored), expected: hex32(computed) }) };
  }
  const seq = bytes.readBigUInt64BE(SEQ_AT);
  if (seq > BigInt(Number.MAX_SAFE_INTEGER)) return { fault: bilingual(STORE_FAULTS.seqTooLarge, { seq }) };
  return {
    seq: Number(seq),
    previousHash: bytes.subarray(PREVIOUS_AT, FRAME_HEADER_BYTES),
    payload: bytes.subarray(FRAME_HEADER_BYTES, crcAt),
  };
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
