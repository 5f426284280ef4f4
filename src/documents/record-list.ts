import { beijingTime, dateParts, fieldText, grouped, messageJson, rowJson, shownText } from './shown-text.ts';
import { textOf } from '../kinds/view.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import { RECORD_LIST } from '../text/certificate.ts';
import { bilingual, type Message } from '../text/message.ts';
import { FACTS } from '../text/record-facts.ts';
import type { LabelledText, TypesetDocument } from './ports.ts';
import { receiptParts, type ReceiptParts } from './receipt-parts.ts';
import { RECORD_LIST_TEMPLATE } from './record-list-template.ts';

/** What a list of records is made from. */
export interface RecordListSource {
  /** As it was asked for. */
  readonly caseNumber: string;
  /** Receipts of one log. */
  readonly receiptTexts: readonly string[];
  /** RFC 3339. */
  readonly madeAt: string;
}

/** The section that all records of the list have in common. */
const COMMON_SECTION = 'case';
const NOT_DISCLOSED = `${FACTS.withheld.zh} ${FACTS.withheld.en}`;

/**
 * The list of the records of a case (登记清单), in Chinese and English. It says what the receipts
 * state; judge those first. Records stand in the order of their first line, in which 2 comes before
 * 10. Throws a `ProtocolError` where a receipt cannot be parsed.
 */
export function recordListDocument({ caseNumber, receiptTexts, madeAt }: RecordListSource): TypesetDocument {
  const receipts = inOrder(receiptTexts.map(receiptParts));
  const origin = receipts[0]?.header.origin ?? '';
  const alike = (text: string): Message => ({ zh: text, en: text });
  const facts = [
    { label: RECORD_LIST.case, value: alike(caseNumber) },
    { label: RECORD_LIST.count, value: alike(String(receipts.length)) },
    { label: RECORD_LIST.origin, value: alike(origin) },
    { label: RECORD_LIST.retrieved, value: alike(beijingTime(madeAt)) },
  ];
  const { index, record, content, registered, state } = RECORD_LIST;
  return {
    template: RECORD_LIST_TEMPLATE,
    data: {
      title: RECORD_LIST.title,
      number: shownText(caseNumber),
      origin,
      date: dateParts(madeAt),
      facts: facts.map(rowJson),
      columns: [index, record, content, registered, state].map(messageJson),
      items: receipts.map(itemJson),
      note: RECORD_LIST.note,
      maker: RECORD_LIST.maker,
      checker: RECORD_LIST.checker,
    },
    texts: [{ label: RECORD_LIST.case, text: shownText(caseNumber) }, ...receipts.flatMap(textsOf)],
    picture: '',
    attachments: [],
    madeAt,
  };
}

function inOrder(receipts: readonly ReceiptParts[]): ReceiptParts[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const keyed = receipts.map((receipt) => ({ receipt, key: linesOf(receipt)[0]?.text ?? '' }));
  return keyed
    .toSorted((a, b) => compare(a.key, b.key) || compare(a.receipt.header.number, b.receipt.header.number))
    .map(({ receipt }) => receipt);
}

function itemJson(receipt: ReceiptParts): JsonObject {
  const { header, sections, withheld, anchor } = receipt;
  const receivedAt = textOf(sections, 'time', 'receivedAt');
  return {
    number: header.number,
    lines: linesOf(receipt).map(({ label, text }) => ({ ...messageJson(label), text })),
    registered:
      receivedAt === undefined ? (withheld.sections.includes('time') ? NOT_DISCLOSED : '-') : beijingTime(receivedAt),
    state: messageJson(
      anchor === null ? RECORD_LIST.pending : bilingual(RECORD_LIST.final, { block: anchor.blockNumber }),
    ),
  };
}

/** What the record states, without what all of the list have in common. */
function linesOf({ sections, withheld, view }: ReceiptParts): LabelledText[] {
  const listed = (view?.fields ?? []).filter(
    ({ section }) => section !== COMMON_SECTION && view!.listed.includes(section),
  );
  const missing = new Set(withheld.sections);
  return listed.flatMap(({ label, section, isDigest, valueOf }) => {
    if (missing.delete(section)) return [{ label: view!.sections[section]!, text: NOT_DISCLOSED }];
    const value = valueOf(sections);
    if (value === undefined) return [];
    const { zh } = fieldText(value);
    return [{ label, text: shownText(isDigest === true ? grouped(zh) : zh) }];
  });
}

function textsOf({ header, sections, view }: ReceiptParts): LabelledText[] {
  return (view?.fields ?? []).flatMap(({ label, valueOf }) => {
    const value = valueOf(sections);
    if (value === undefined) return [];
    const of = { zh: `${header.number}：${label.zh}`, en: `${header.number}: ${label.en}` };
    return [{ label: of, text: shownText(fieldText(value).zh) }];
  });
}
