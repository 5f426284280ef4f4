import { normalizeCaseNumber } from '../kinds/case-number.ts';
import { textOf } from '../kinds/view.ts';
import { ANSWER_FAULTS } from '../text/answer-faults.ts';
import { bilingual } from '../text/message.ts';
import { parseTimestamp } from '../text/time.ts';
import { type EvidenceItem, fetchPage, unusable } from './evidence.ts';
import type { Service } from './http.ts';

/** What is looked for: a record is listed where all that is given fits it. */
export interface EvidenceQuery {
  readonly case?: string | undefined;
  readonly number?: string | undefined;
  /** Lower-case hex, as `sm3`. */
  readonly sha256?: string | undefined;
  readonly sm3?: string | undefined;
  /** Hash of an anchor transaction, 0x-hex. */
  readonly tx?: string | undefined;
  /** `receivedAt` >= `since` and < `until`; RFC 3339. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly state?: string | undefined;
  /** Of one case: the whole name of the file, or how it begins. */
  readonly name?: string | undefined;
  readonly namePrefix?: string | undefined;
}

/** The newest records that a query finds. */
export interface EvidenceList {
  /** The newest first. */
  readonly items: readonly EvidenceItem[];
  /** Of all that it finds; undefined where the service has not counted them. */
  readonly total: number | undefined;
}

const ITEMS_A_PAGE = 500;
/** Pages of a filtered listing may have few records, or none. */
const MAX_PAGES = 10_000;

/**
 * Lists the newest records that a query finds, at most `limit`. Each is compared with the query, as
 * far as it shows what was asked for, and with the order.
 *
 * @param service the service to ask
 * @param query what is looked for
 * @param limit how many records are listed at most
 * @returns the records, and how many there are
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function listEvidence(service: Service, query: EvidenceQuery, limit: number): Promise<EvidenceList> {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const items: EvidenceItem[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let total: number | undefined;
  do {
    const pageLength = String(Math.min(ITEMS_A_PAGE, limit - items.length));
    const next = cursor === undefined ? [] : [['cursor', cursor]];
    const page = await fetchPage(service, [...given, ['order', 'newest'], ['limit', pageLength], ...next]);
    for (const item of page.items) {
      const last = items.at(-1);
      const isInOrder = last === undefined || BigInt(item.index) < BigInt(last.index);
      if (isInOrder && fits(item, query)) items.push(item);
      else throw unusable(bilingual(ANSWER_FAULTS.otherRecord, { number: item.number }));
    }
    cursor = page.nextCursor;
    total ??= page.total;
    if (cursor !== undefined && cursors.has(cursor)) throw unusable(ANSWER_FAULTS.repeatedCursor);
    if (cursor !== undefined) cursors.add(cursor);
    if (cursors.size > MAX_PAGES) throw unusable(bilingual(ANSWER_FAULTS.tooManyPages, { limit: MAX_PAGES }));
  } while (cursor !== undefined && items.length < limit);
  return { items: items.slice(0, limit), total: cursor === undefined && items.length <= limit ? items.length : total };
}

/** Whether a record is one that was asked for, as far as the listing shows. */
function fits({ number, state, receivedAt, sections }: EvidenceItem, query: EvidenceQuery): boolean {
  const isSame = (asked: string | undefined, had: string | undefined) => asked === undefined || asked === had;
  const caseNumber = normalizeCaseNumber(textOf(sections, 'case', 'number') ?? '');
  const name = textOf(sections, 'file', 'name')?.normalize('NFC') ?? '';
  const receivedMs = parseTimestamp(receivedAt ?? '');
  return (
    isSame(query.number, number) &&
    isSame(query.state, state) &&
    isSame(query.sha256, textOf(sections, 'digests', 'sha256')) &&
    isSame(query.sm3, textOf(sections, 'digests', 'sm3')) &&
    (query.case === undefined || normalizeCaseNumber(query.case) === caseNumber) &&
    isSame(query.name?.normalize('NFC'), name) &&
    name.startsWith(query.namePrefix?.normalize('NFC') ?? '') &&
    (query.since === undefined || receivedMs >= parseTimestamp(query.since)) &&
    (query.until === undefined || receivedMs < parseTimestamp(query.until))
  );
}
