import { toHex } from '../protocol/encoding/bytes.ts';

/** UUIDv7 (RFC 9562 section 5.7) of a Unix time in milliseconds; `random` are 10 bytes. */
export function uuidV7(timeMs: number, random: Uint8Array): string {
  if (random.length !== 10) throw new RangeError(`${random.length} random bytes, should be 10`);
  const time = timeMs.toString(16).padStart(12, '0');
  const tail = new Uint8Array(random);
  tail[0] = 0x70 | (tail[0]! & 0x0f);
  tail[2] = 0x80 | (tail[2]! & 0x3f);
  const hex = time + toHex(tail);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);
}
