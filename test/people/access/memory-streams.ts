import type { AccessStreams } from '../../../src/people/ports.ts';

/** Streams in memory; `failing` makes each append fail after it wrote half of its bytes. */
export class MemoryStreams implements AccessStreams {
  readonly files = new Map<string, Uint8Array>();
  appends = 0;
  isFailing = false;

  async list() {
    return [...this.files.keys()].toSorted();
  }

  async create(stream: string) {
    this.files.set(stream, new Uint8Array(0));
    return {
      append: async (bytes: Uint8Array) => {
        await new Promise((resolve) => setImmediate(resolve));
        this.appends++;
        const written = this.isFailing ? bytes.subarray(0, bytes.length / 2) : bytes;
        this.files.set(stream, Buffer.concat([this.files.get(stream)!, written]));
        if (this.isFailing) throw new Error('no space left');
      },
      close: async () => {},
    };
  }

  async *read(stream: string) {
    const bytes = this.files.get(stream);
    if (bytes !== undefined) yield bytes;
  }

  async truncate(stream: string, lengthBytes: number) {
    this.files.set(stream, this.files.get(stream)!.subarray(0, lengthBytes));
  }

  async remove(stream: string) {
    this.files.delete(stream);
  }
}
