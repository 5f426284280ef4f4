import { crc32 } from 'node:zlib';

/**
 * One frame of the journal, pure bytes:
 *
 *     length u32be | seq u64be | SHA-256 of the previous frame | payload | crc32 u32be of all before
 *
 * `length` is that of the payload and never 0, so that a zero-filled tail (whose crc would fit:
 * crc32 of nothing is 0) is no frame. The previous hash is over all bytes of the previous frame,
 * and 32 zero bytes in frame 0. A length is below 2^28: its first byte is a control character,
 * which JSON never holds raw, so that no text that a client chose can pass for a frame when a torn
 * tail is searched.
 */
export interface Frame {
  /** Counts from 0 over all segments without a gap. */
  readonly seq: number;
  readonly previousHash: Uint8Array;
  readonly payload: Uint8Array;
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
 * How many bytes the frame at `at` says to have in all; undefined where 4 bytes are not there or
 * the length is none.
 */
export function frameLength(bytes: Buffer, at = 0): number | undefined {
  if (bytes.length < at + SEQ_AT) return undefined;
  const length = bytes.readUInt32BE(at);
  return length >= 1 && length <= MAX_PAYLOAD_BYTES ? length + FRAME_OVERHEAD_BYTES : undefined;
}

/** The frame that `bytes` begins with, or in words why there is none. The parts are views. */
export function decodeFrame(bytes: Buffer): Frame | string {
  if (bytes.length < SEQ_AT) return `${bytes.length} bytes are too few for a frame`;
  const length = frameLength(bytes);
  if (length === undefined) {
    return `payload length is ${bytes.readUInt32BE(0)}, should be from 1 to ${MAX_PAYLOAD_BYTES}`;
  }
  if (bytes.length < length) return `frame should have ${length} bytes, ${bytes.length} are there`;
  const crcAt = length - CRC_BYTES;
  const computed = crc32(bytes.subarray(0, crcAt));
  const stored = bytes.readUInt32BE(crcAt);
  if (computed !== stored) return `crc32 is ${hex32(stored)}, should be ${hex32(computed)}`;
  const seq = bytes.readBigUInt64BE(SEQ_AT);
  if (seq > BigInt(Number.MAX_SAFE_INTEGER)) return `seq is ${seq}, beyond all counting`;
  return {
    seq: Number(seq),
    previousHash: bytes.subarray(PREVIOUS_AT, FRAME_HEADER_BYTES),
    payload: bytes.subarray(FRAME_HEADER_BYTES, crcAt),
  };
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
