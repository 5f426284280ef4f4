import { bilingual, type Message, type MessageValues } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { StoreFault } from '../store-fault.ts';

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Writes a payload of a known length: kind, version, then the fields. */
export class PayloadWriter {
  readonly #buffer: Buffer;
  #at = 2;

  constructor(length: number, kind: number, version: number) {
    this.#buffer = Buffer.allocUnsafe(length);
    this.#buffer[0] = kind;
    this.#buffer[1] = version;
  }

  uint8(value: number): void {
    this.#at = this.#buffer.writeUInt8(value, this.#at);
  }

  uint32(value: number): void {
    this.#at = this.#buffer.writeUInt32BE(value, this.#at);
  }

  uint64(value: bigint): void {
    this.#at = this.#buffer.writeBigUInt64BE(value, this.#at);
  }

  bytes(value: Uint8Array): void {
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  /** With its length before it. */
  sized(value: Uint8Array): void {
    this.uint32(value.length);
    this.bytes(value);
  }

  done(): Buffer {
    if (this.#at !== this.#buffer.length) throw new Error('internal: payload length was computed wrong');
    return this.#buffer;
  }
}

/** Reads the fields of a payload; throws a `StoreFault` where one is not there or malformed. */
export class PayloadReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  uint8(field: string): number {
    return this.bytes(field, 1)[0]!;
  }

  uint32(field: string): number {
    return this.bytes(field, 4).readUInt32BE(0);
  }

  uint64(field: string): bigint {
    return this.bytes(field, 8).readBigUInt64BE(0);
  }

  bytes(field: string, length: number): Buffer {
    if (this.#at + length > this.#buffer.length) throw fault(STORE_FAULTS.payloadCut, { field });
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }

  /** Bytes with their length before them. */
  sized(field: string): Buffer {
    return this.bytes(field, this.uint32(`${field}.length`));
  }

  text(field: string, limitBytes: number): string {
    const bytes = this.sized(field);
    if (bytes.length > limitBytes) {
      throw fault(STORE_FAULTS.fieldTooLong, { field, found: bytes.length, max: limitBytes });
    }
    try {
      return utf8Decoder.decode(bytes);
    } catch {
      throw fault(STORE_FAULTS.fieldNotUtf8, { field });
    }
  }

  rest(): Buffer {
    return this.bytes('rest', this.#buffer.length - this.#at);
  }

  /** Requires that all bytes were read. */
  end(): void {
    const left = this.#buffer.length - this.#at;
    if (left !== 0) throw fault(STORE_FAULTS.payloadRest, { count: left });
  }
}

function fault<const M extends Message>(message: M, ...values: MessageValues<M>): StoreFault {
  return new StoreFault(bilingual(message, ...values));
}
