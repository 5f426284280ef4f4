import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { errorText } from '../../../text/error-text.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { unusable } from './index-database.ts';
import { readVarint, snappyDecode } from './snappy.ts';

/**
 * A table of LevelDB that is not what was written. LevelDB does not compare the checksums of its
 * tables, and some damaged bytes make it end the whole process. So they are compared here, before
 * it opens a folder that may be damaged. A table (LevelDB's table_format.md):
 *
 *     block … | footer: handle of the metaindex, handle of the index, padding up to 40 bytes, magic 8 bytes
 *     block     content | compression u8 | masked crc32c u32le of both
 *     handle    offset varint | size of the content varint
 *
 * The index names all data blocks, the metaindex the filter. A bit outside of these is in the
 * padding, which nothing reads.
 */
export interface DamagedTable {
  readonly file: string;
  readonly offset: number;
  readonly reason: Message;
}

const TABLE_NAME = /^[0-9]+\.(?:ldb|sst)$/;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
const FOOTER_BYTES = 48;
const TRAILER_BYTES = 5;
const SNAPPY = 1;
const MAX_INDEX_BYTES = 256 * 1024 * 1024;

/**
 * The damaged tables of an index. A file that does not end as tables do is left to LevelDB: a crash
 * leaves such files, which nothing refers to.
 */
export async function damagedTables(folder: string): Promise<DamagedTable[]> {
  const damaged: DamagedTable[] = [];
  // LevelDB refuses a folder that does not exist
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => TABLE_NAME.test(each)).toSorted()) {
    const file = join(folder, name);
    const fault = await readFile(file).then(tableFault, (error: unknown) => new TableFault(0, errorText(error)));
    if (fault !== undefined) damaged.push({ file, offset: fault.offset, reason: fault.reason });
  }
  return damaged;
}

/** Fails with `index-unusable`, naming the first damaged table. */
export async function requireWholeTables(folder: string): Promise<void> {
  const [first] = await damagedTables(folder);
  if (first !== undefined) throw unusable(folder, bilingual(STORE_FAULTS.table, { ...first }));
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/** A place of a table that does not hold what it should. */
class TableFault extends Error {
  readonly offset: number;
  readonly reason: Message;

  constructor(offset: number, reason: Message) {
    super(reason.en);
    this.offset = offset;
    this.reason = reason;
  }
}

/** The first fault of a table, pure. */
export function tableFault(table: Buffer): TableFault | undefined {
  if (table.length < FOOTER_BYTES || !table.subarray(-MAGIC.length).equals(MAGIC)) return undefined;
  const footerAt = table.length - FOOTER_BYTES;
  const footer = table.subarray(footerAt, -MAGIC.length);
  const metaindex = readHandle(footer, 0);
  const index = metaindex && readHandle(footer, metaindex.next);
  if (index === undefined) return new TableFault(footerAt, STORE_FAULTS.tableFooter);
  try {
    for (const { handle } of [metaindex!, index]) {
      for (const named of handlesIn(table, handle)) requireWhole(table, named);
    }
    return undefined;
  } catch (error) {
    if (error instanceof TableFault) return error;
    throw error;
  }
}

function requireWhole(table: Buffer, { offset, size }: Handle): void {
  const trailerAt = offset + size;
  if (trailerAt + TRAILER_BYTES > table.length - FOOTER_BYTES) {
    throw new TableFault(offset, bilingual(STORE_FAULTS.tableBlockBeyond, { size }));
  }
  const stored = table.readUInt32LE(trailerAt + 1);
  const computed = masked(crc32c(table.subarray(offset, trailerAt + 1)));
  if (stored !== computed) throw new TableFault(offset, STORE_FAULTS.tableBlockCrc);
}

/** The content of a block that is itself read; the data blocks need not be. */
function contentOf(table: Buffer, handle: Handle): Buffer | undefined {
  requireWhole(table, handle);
  const content = table.subarray(handle.offset, handle.offset + handle.size);
  const isCompressed = table[handle.offset + handle.size] === SNAPPY;
  return isCompressed ? snappyDecode(content, MAX_INDEX_BYTES) : content;
}

/** The handles that are the values of an index block or a metaindex block. */
function handlesIn(table: Buffer, place: Handle): Handle[] {
  const fault = () => new TableFault(place.offset, STORE_FAULTS.tableHandles);
  const content = contentOf(table, place);
  if (content === undefined || content.length < 4) throw fault();
  const end = content.length - 4 * (1 + content.readUInt32LE(content.length - 4));
  const handles: Handle[] = [];
  let at = 0;
  while (at < end) {
    const shared = readVarint(content, at);
    const own = shared && readVarint(content, shared.next);
    const value = own && readVarint(content, own.next);
    if (value === undefined) throw fault();
    const valueAt = value.next + own!.value;
    const handle = readHandle(content, valueAt);
    if (handle === undefined) throw fault();
    handles.push(handle.handle);
    at = valueAt + value.value;
  }
  if (at !== end) throw fault();
  return handles;
}

function readHandle(bytes: Buffer, at: number): { readonly handle: Handle; readonly next: number } | undefined {
  const offset = readVarint(bytes, at);
  const size = offset && readVarint(bytes, offset.next);
  return size && { handle: { offset: offset.value, size: size.value }, next: size.next };
}

/** Masks a crc as LevelDB does, for bytes that may themselves hold crcs. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
