import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeFrame,
  encodeFrame,
  FRAME_OVERHEAD_BYTES,
  MAX_PAYLOAD_BYTES,
} from '../../../src/adapters/embedded-store/journal/frame.ts';

const frames = fc.record({
  seq: fc.maxSafeNat(),
  previousHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  payload: fc.uint8Array({ minLength: 1, maxLength: 200 }),
});

function plain(frame: ReturnType<typeof decodeFrame>): unknown {
  if ('fault' in frame) return frame.fault.en;
  return { ...frame, previousHash: new Uint8Array(frame.previousHash), payload: new Uint8Array(frame.payload) };
}

test('a frame has the documented layout', () => {
  const bytes = encodeFrame({ seq: 258, previousHash: new Uint8Array(32).fill(9), payload: Uint8Array.of(5, 6) });
  const begin = `000000020000000000000102${'09'.repeat(32)}0506`;
  expect(bytes.toString('hex')).toBe(begin + crc32(Buffer.from(begin, 'hex')).toString(16).padStart(8, '0'));
});

test('what is encoded decodes to the same, whatever follows', () => {
  fc.assert(
    fc.property(frames, fc.uint8Array({ maxLength: 60 }), (frame, behind) => {
      expect(plain(decodeFrame(Buffer.concat([encodeFrame(frame), behind])))).toEqual(frame);
    }),
  );
});

test('no prefix of a frame is a frame', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const bytes = encodeFrame(frame);
      for (let length = 0; length < bytes.length; length++) {
        expect(plain(decodeFrame(bytes.subarray(0, length)))).toMatch(/too few|frame should have \d+ bytes/);
      }
    }),
    { numRuns: 20 },
  );
});

test('one flipped bit anywhere is detected', () => {
  const bytes = encodeFrame({ seq: 3, previousHash: new Uint8Array(32), payload: Buffer.from('a payload') });
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeFrame(flipped)).toHaveProperty('fault');
  }
});

test('any number of zero bytes is no frame', () => {
  for (const length of [0, 3, 4, 48, 49, 5000]) {
    expect(decodeFrame(Buffer.alloc(length))).toHaveProperty('fault');
  }
});

test('lengths out of bounds are refused on both sides', () => {
  const rest = { seq: 0, previousHash: new Uint8Array(32) };
  expect(() => encodeFrame({ ...rest, payload: new Uint8Array(0) })).toThrow('payload has 0 bytes');
  const bytes = Buffer.alloc(FRAME_OVERHEAD_BYTES + 1);
  bytes.writeUInt32BE(MAX_PAYLOAD_BYTES + 1, 0);
  expect(plain(decodeFrame(bytes))).toBe(
    `payload length is ${MAX_PAYLOAD_BYTES + 1}, should be from 1 to ${MAX_PAYLOAD_BYTES}`,
  );
});

test('a seq that a number cannot hold is refused', () => {
  const bytes = encodeFrame({ seq: 0, previousHash: new Uint8Array(32), payload: Uint8Array.of(1) });
  bytes.writeBigUInt64BE(2n ** 53n, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  expect(plain(decodeFrame(bytes))).toMatch(/seq 9007199254740992 is too large/);
});
