import { argumentPaths } from '../../adapters/files/path-bytes.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { memberErrors } from '../../http/validate.ts';
import type { Collection } from '../../kinds/sections/view.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { type Json, parseJson } from '../../protocol/encoding/json.ts';
import { parseErrorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { DETAILS } from '../../text/problem-details.ts';

const MAX_COLLECTION_BYTES = 64 * 1024;

/** Reads the file of `--collection` before anything is registered. Throws `collection-wrong`. */
export async function readCollection(file: string): Promise<Collection> {
  const wrong = (reason: Message) => new LedgerError('collection-wrong', { file, reason });
  const bytes = await readBoundedFile(argumentPaths([file])[0]!, MAX_COLLECTION_BYTES);
  let json: Json;
  try {
    json = parseJson('collection', bytes, MAX_COLLECTION_BYTES);
  } catch (error) {
    if (error instanceof ProtocolError) throw wrong(parseErrorText(error));
    throw error;
  }
  // zod takes longer to load than everything else, and few runs need it.
  const { CollectionSection: schema } = await import('../../kinds/sections/schema.ts');
  const read = schema.safeParse(json, { reportInput: true });
  if (read.success) return read.data;
  const { pointer, detail: reason } = memberErrors(read.error.issues[0]!)[0]!;
  throw wrong(bilingual(DETAILS.member, { member: pointer === '' ? '/' : pointer, reason }));
}
