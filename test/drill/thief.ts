import { readFileSync, writeFileSync } from 'node:fs';
import { formatAddCheckpoint } from '../../src/protocol/note/add-checkpoint.ts';
import { utf8Bytes } from '../../src/protocol/encoding/bytes.ts';
import { readLogKey } from '../../src/adapters/keys/log-key.ts';
import { parseEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { tilePath } from '../../src/protocol/merkle/tile.ts';
import { formatNote } from '../../src/protocol/note/note.ts';
import { servedLog } from '../auditor/served-log.ts';
import { serve, type TestServer } from '../client/http-server.ts';
import type { ReceiptJson } from '../oracle/ledger.ts';
import { consistencyProof, mth, path, sha256 } from '../oracle/merkle.ts';
import { checkpointText, tlogProof } from '../oracle/note.ts';
import { logEntry, makeRecord } from '../oracle/record.ts';

/** Forges with the log's key, the public data, and one receipt. */
export class Thief {
  readonly #key: ReturnType<typeof readLogKey>;
  readonly #entries: readonly Uint8Array[];
  readonly #receipt: ReceiptJson;

  private constructor(key: ReturnType<typeof readLogKey>, entries: readonly Uint8Array[], receipt: ReceiptJson) {
    this.#key = key;
    this.#entries = entries;
    this.#receipt = receipt;
  }

  static async with(keyFile: string, serviceUrl: string, size: number, receiptFile: string): Promise<Thief> {
    const bundle = await fetch(`${serviceUrl}/log/${tilePath({ level: 'entries', index: 0n, width: size })}`);
    const entries = parseEntryBundle(new Uint8Array(await bundle.arrayBuffer()), size);
    return new Thief(readLogKey(keyFile), entries, JSON.parse(readFileSync(receiptFile, 'utf8')) as ReceiptJson);
  }

  /**
   * The tree of this size with the thief's record in place of the one of the receipt; entries that
   * do not exist yet are invented.
   */
  #forged(size: number): readonly Uint8Array[] {
    const invented = Array.from({ length: Math.max(0, size - this.#entries.length) }, (_, i) =>
      Buffer.concat([Buffer.of(1), sha256(`invented ${i}`)]),
    );
    return [...this.#entries, ...invented].with(this.#index, logEntry(this.#record().header)).slice(0, size);
  }

  get #index(): number {
    return Number(/^index (\d+)$/m.exec(this.#receipt.proof)![1]);
  }

  #record(): ReceiptJson['record'] {
    const { header, disclosed } = this.#receipt.record;
    const sections = Object.fromEntries(disclosed.map(({ name, value }) => [name, value]));
    const { v: _, sections: __, ...facts } = header;
    return makeRecord(facts, { ...sections, case: { number: 'the thief’s case' } });
  }

  #note(entries: readonly Uint8Array[]): string {
    const text = checkpointText(this.#key.origin, entries.length, mth(entries));
    return formatNote({ text, signatures: [this.#key.sign(utf8Bytes(text))] });
  }

  /** Writes a receipt for the record in another case; the same file matches it. */
  writeReceipt(size: number, file: string): void {
    const entries = this.#forged(size);
    const proof = tlogProof(this.#index, path(this.#index, entries), this.#note(entries));
    writeFileSync(file, JSON.stringify({ ...this.#receipt, record: this.#record(), proof, anchor: null }));
  }

  /** A request to a witness that has cosigned the honest log up to its current size. */
  offer(size: number): string {
    const entries = this.#forged(size);
    const oldSize = this.#entries.length;
    return formatAddCheckpoint({
      oldSize: BigInt(oldSize),
      proof: oldSize < size ? consistencyProof(oldSize, entries) : [],
      note: this.#note(entries),
    });
  }

  /** A request for the honest log with one more entry, which looks like the log's own. */
  offerExtension(): string {
    const entries = [...this.#entries, Buffer.concat([Buffer.of(1), sha256('appended by the thief')])];
    const oldSize = this.#entries.length;
    return formatAddCheckpoint({
      oldSize: BigInt(oldSize),
      proof: consistencyProof(oldSize, entries),
      note: this.#note(entries),
    });
  }

  /** Serves the forged log of this size. */
  serve(size: number): Promise<TestServer> {
    const entries = this.#forged(size).map((entry) => Buffer.from(entry));
    const pages = new Map([...servedLog(entries)].map(([name, page]) => [`/log/${name}`, page]));
    const note = this.#note(entries);
    return serve(({ path: requested }) => {
      const body = requested === '/log/checkpoint' ? note : pages.get(requested);
      return body === undefined ? undefined : { body };
    });
  }
}
