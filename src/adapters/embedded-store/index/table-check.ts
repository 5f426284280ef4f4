import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { unusable } from './index-database.ts';
import { readVarint, snappyDecode } from './snappy.ts';

/**
 * LevelDB does not compare the checksums of its tables, and some damaged bytes make it end the
 * whole process. So they are compared here, before it opens a folder that may be damaged. A table
 * (LevelDB's table_format.md):
 *
 *     block … | footer: handle of the metaindex, handle of the index, padding up to 40 bytes, magic 8 bytes
 *     block     content | compression u8 | masked crc32c u32le of both
 *     handle    offset varint | size of the content varint
 *
 * The index names all data blocks, the metaindex the filter. A bit outside of these is in the
 * padding, and read by nobody.
 */
export interface DamagedTable {
  readonly file: string;
  readonly offset: number;
  readonly message: string;
}

const TABLE_NAME = /^[0-9]+\.(?:ldb|sst)$/;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
const FOOTER_BYTES = 48;
const TRAILER_BYTES = 5;
const SNAPPY = 1;
const MAX_INDEX_BYTES = 256 * 1024 * 1024;

/**
 * The tables of an index that are not what was written. One that does not end as tables do is left
 * to LevelDB: a crash leaves such, which nothing refers to.
 */
export async function damagedTables(folder: string): Promise<DamagedTable[]> {
  const damaged: DamagedTable[] = [];
  const names = await readdir(folder).catch(() => []); // a folder that is not there, LevelDB refuses
  for (const name of names.filter((each) => TABLE_NAME.test(each)).toSorted()) {
    const file = join(folder, name);
    const fault = await readFile(file).then(tableFault, (error: Error) => new TableFault(0, error.message));
    if (fault !== undefined) damaged.push({ file, offset: fault.offset, message: fault.message });
  }
  return damaged;
}

/** Fails with `index-unusable`, naming the first one. */
export async function requireWholeTables(folder: string): Promise<void> {
  const [first] = await damagedTables(folder);
  if (first !== undefined) throw unusable(folder, `table ${first.file} at offset ${first.offset}: ${first.message}`);
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/** A place that does not hold what it should. */
class TableFault extends Error {
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

/** The first fault of a table, pure. */
export function tableFault(table: Buffer): TableFault | undefined {
  if (table.length < FOOTER_BYTES || !table.subarray(-MAGIC.length).equals(MAGIC)) return undefined;
  const footerAt = table.length - FOOTER_BYTES;
  const footer = table.subarray(footerAt, -MAGIC.length);
  const metaindex = readHandle(footer, 0);
  const index = metaindex && readHandle(footer, metaindex.next);
  if (index === undefined) return new TableFault(footerAt, 'footer does not say where the index lies');
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
    throw new TableFault(offset, `block of ${size} bytes reaches beyond the table`);
  }
  const stored = table.readUInt32LE(trailerAt + 1);
  const computed = masked(crc32c(table.subarray(offset, trailerAt + 1)));
  if (stored !== computed) throw new TableFault(offset, 'block does not have the crc32c of its bytes');
}

/** A block that is read, too; the data blocks need not be. */
function contentOf(table: Buffer, handle: Handle): Buffer | undefined {
  requireWhole(table, handle);
  const content = table.subarray(handle.offset, handle.offset + handle.size);
  const isCompressed = table[handle.offset + handle.size] === SNAPPY;
  return isCompressed ? snappyDecode(content, MAX_INDEX_BYTES) : content;
}

/** What the values of an index or metaindex block point to. */
function handlesIn(table: Buffer, place: Handle): Handle[] {
  const fault = () => new TableFault(place.offset, 'block of handles cannot be read');
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

/** LevelDB stores a crc of bytes that may hold crcs in another form. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
