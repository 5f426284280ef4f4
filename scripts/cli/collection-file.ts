import type { Collection } from '../../src/evidence/collection.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { type Json, parseJson } from '../../src/protocol/json.ts';
import { EXIT, failure } from './failure.ts';
import { argumentPaths } from './path-bytes.ts';
import { readBounded } from './receipt-file.ts';

const MAX_COLLECTION_BYTES = 64 * 1024;

/** What `--collection` names, checked before anything is registered. */
export async function readCollection(file: string): Promise<Collection> {
  const wrong = (reason: string) => failure(EXIT.usage, 'collection-wrong', { file, reason });
  const bytes = await readBounded(argumentPaths([file])[0]!, MAX_COLLECTION_BYTES);
  let json: Json;
  try {
    json = parseJson('collection', bytes, MAX_COLLECTION_BYTES);
  } catch (error) {
    if (error instanceof ProtocolError) throw wrong(error.message);
    throw error;
  }
  // zod takes longer to load than all the rest, and few runs need it.
  const { Collection: schema } = await import('../../src/evidence/collection.ts');
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw wrong(`/${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}`);
}
