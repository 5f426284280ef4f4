import { RECORDS_PATH } from '../kinds/paths.ts';
import type { Sections } from '../kinds/view.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { list, members, text } from '../protocol/encoding/shape.ts';
import { MAX_RECEIPT_BYTES } from '../protocol/receipt.ts';
import { ANSWER_FAULTS } from '../text/answer-faults.ts';
import { bilingual, type Message } from '../text/message.ts';
import { readAnswer, treeSize } from './answers.ts';
import { sendForJson, type Service } from './http.ts';
import { ServiceProblem } from './service-errors.ts';

/** A record as a look-up lists it. */
export interface EvidenceItem {
  readonly id: string;
  readonly number: string;
  /** Of its entry in the log, decimal, from 0. */
  readonly index: string;
  /** `registered`, `published`, `anchored` or `final`. */
  readonly state: string;
  /** Whether the service keeps the bytes; undefined where it does not say. */
  readonly hasContent?: boolean | undefined;
  /** RFC 3339, as the service states it. */
  readonly receivedAt: string | undefined;
  /** The sections that a listing of its kind shows. */
  readonly sections: Sections;
}

/** A record of which a service shows strangers that it exists, and nothing else. */
export interface PublicRecord {
  readonly number: string;
  /** RFC 3339, as the service states it. */
  readonly receivedAt: string | undefined;
}

/** Thrown in place of a listing: the service shows strangers what is public, and no records. */
export class PublicAnswer extends ServiceProblem {
  /** Those that it admits to have. */
  readonly records: readonly PublicRecord[];

  constructor(records: readonly PublicRecord[]) {
    super(200, 'sign-in-required', ANSWER_FAULTS.publicOnly);
    this.records = records;
  }
}

interface EvidencePage {
  readonly items: readonly EvidenceItem[];
  /** Records of all pages; undefined where the service has not counted them. */
  readonly total: number | undefined;
  readonly nextCursor: string | undefined;
}

const MAX_PAGE_BYTES = 8 * 1024 * 1024;
const MAX_RECORDS = 1000;
const MAX_PAGES = 100;

/**
 * Finds all records by one look-up (a digest, a case, a record number), page after page. It is
 * bounded, since a service may never come to an end: a repeated cursor, an empty page with a next
 * one, and more pages or records than anybody registers of one file are unreadable answers.
 *
 * @param service the service to ask
 * @param query the name of the look-up and the value to find: `sha256`, `number`, `case` …
 * @returns the records, as the service lists them
 * @throws ServiceProblem, ServiceUnreachable, PublicAnswer
 */
export async function* findEvidence(
  service: Service,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<EvidenceItem> {
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let records = 0;
  do {
    const page = await fetchPage(service, Object.entries({ ...query, ...(cursor !== undefined && { cursor }) }));
    cursor = page.nextCursor;
    if (cursor !== undefined && page.items.length === 0) throw unusable(ANSWER_FAULTS.emptyPage);
    if (cursor !== undefined && cursors.has(cursor)) throw unusable(ANSWER_FAULTS.repeatedCursor);
    if (cursor !== undefined) cursors.add(cursor);
    records += page.items.length;
    if (records > MAX_RECORDS || cursors.size >= MAX_PAGES) {
      throw unusable(bilingual(ANSWER_FAULTS.tooManyRecords, { limit: MAX_RECORDS }));
    }
    yield* page.items;
  } while (cursor !== undefined);
}

/**
 * Fetches the newest receipt of a record.
 *
 * @param service the service to ask
 * @param id of the record, a UUID
 * @returns the receipt as the service gives it, still to be parsed and verified
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function fetchReceipt(service: Service, id: string): Promise<Json> {
  const path = `${RECORDS_PATH}/${encodeURIComponent(id)}/receipt`;
  return sendForJson(service, { method: 'GET', path, limitBytes: MAX_RECEIPT_BYTES });
}

/** A page of a listing. Throws `ServiceProblem`, `ServiceUnreachable`. */
export async function fetchPage(service: Service, query: readonly (readonly string[])[]): Promise<EvidencePage> {
  const search = new URLSearchParams(query.map(([name, value]) => [name!, value!]));
  const path = `${RECORDS_PATH}?${search.toString()}`;
  return readAnswer(await sendForJson(service, { method: 'GET', path, limitBytes: MAX_PAGE_BYTES }), readPage);
}

/** The error for an answer that is none to the question. */
export function unusable(reason: Message): ServiceProblem {
  return new ServiceProblem(200, 'answer-unreadable', reason);
}

function readPage(value: Json): EvidencePage {
  const page = members('answer', value);
  const { nextCursor, total } = page;
  if (page['scope'] === 'public') throw new PublicAnswer(list('items', page['items'], 100).map(readPublic));
  return {
    items: list('items', page['items'], 10_000).map((entry) => {
      const { id, number, index, state, hasContent, receivedAt, ...sections } = members('item', entry);
      return {
        id: text('id', id, 64),
        number: text('number', number, 64),
        index: treeSize(index).toString(),
        state: typeof state === 'string' ? state : 'registered',
        hasContent: typeof hasContent === 'boolean' ? hasContent : undefined,
        receivedAt: typeof receivedAt === 'string' ? receivedAt : undefined,
        sections,
      };
    }),
    total: typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : undefined,
    nextCursor: typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : undefined,
  };
}

function readPublic(value: Json): PublicRecord {
  const { number, receivedAt } = members('item', value);
  return { number: text('number', number, 64), receivedAt: typeof receivedAt === 'string' ? receivedAt : undefined };
}
