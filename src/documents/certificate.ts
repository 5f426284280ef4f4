import encodeQr from 'qr';
import { type Field, textOf } from '../kinds/view.ts';
import { recordLink } from '../kinds/record-link.ts';
import { CERTIFICATE_ATTACHMENTS } from '../protocol/certificate.ts';
import type { Anchor } from '../protocol/chain/anchor.ts';
import { toHex } from '../protocol/encoding/bytes.ts';
import { sha256 } from '../protocol/encoding/hash.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import { formatVkey, isSignatureBy } from '../protocol/note/vkey.ts';
import { recordRoot } from '../protocol/record/header.ts';
import { parseTrust, trustFingerprint } from '../protocol/trust-file.ts';
import type { Trust, TrustedKey } from '../protocol/trust.ts';
import { headerOf } from '../protocol/verify/offline-event.ts';
import { utcTime } from '../protocol/verify/verifier.ts';
import { CERTIFICATE } from '../text/certificate.ts';
import { CHAIN_OPERATOR } from '../text/chain-operator.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import { FACTS } from '../text/record-facts.ts';
import { CERTIFICATE_TEMPLATE } from './certificate-template.ts';
import type { DocumentAttachment, TypesetDocument } from './ports.ts';
import { receiptParts, type ReceiptParts } from './receipt-parts.ts';
import { beijingTime, dateParts, fieldText, grouped, messageJson, type Row, rowJson, shownText } from './shown-text.ts';

/** What a certificate is made from; it has nothing that does not follow from this. */
export interface CertificateSource {
  /** The receipt as it is: attached byte for byte. */
  readonly receiptText: string;
  /** The operator's trust file as it is; undefined: none is attached. */
  readonly trustText: string | undefined;
  /** The address of the verify page, without a fragment; undefined: none is printed. */
  readonly verifyUrl: string | undefined;
  /** RFC 3339; when the receipt was retrieved. */
  readonly retrievedAt: string;
}

/** Rows next to the QR code. */
const TOP_ROWS = 6;

/**
 * The certificate (存证证书) of a record, in Chinese and English. It says what the receipt states;
 * judge that first. Throws `kind-not-certifiable` for a record that is no evidence, `not-anchored`
 * for a receipt without an anchor, since a certificate states when the record was anchored, and a
 * `ProtocolError` where a part cannot be parsed.
 */
export function certificateDocument(source: CertificateSource): TypesetDocument {
  const parts = receiptParts(source.receiptText);
  const { header, anchor, sections, view } = parts;
  if (view?.isCertifiable !== true) {
    throw new LedgerError('kind-not-certifiable', { number: header.number, kind: view?.label ?? alike(header.kind) });
  }
  if (anchor === null) throw new LedgerError('certificate/not-anchored', { number: header.number });
  const trust = source.trustText === undefined ? undefined : parseTrust(source.trustText);
  const link = recordLink(source.verifyUrl, header.number, textOf(sections, 'digests', 'sha256'));
  const { given: stated, notGiven } = separated([
    { label: CERTIFICATE.number, value: alike(header.number) },
    { label: CERTIFICATE.kind, value: view.label },
    ...view.fields.map((field) => fieldRow(field, parts)),
    { label: CERTIFICATE.itemNumber, value: CERTIFICATE.notGiven },
  ]);
  const groups = [
    { heading: CERTIFICATE.record, note: CERTIFICATE.recordNote, rows: [...stated.slice(TOP_ROWS), ...notGiven] },
    { heading: CERTIFICATE.times, rows: timeRows(parts, anchor, source.retrievedAt) },
    { heading: CERTIFICATE.chain, rows: chainRows(parts, anchor, trust) },
  ];
  const hashes = hashRows(parts);
  const events = eventRows(parts, anchor);
  const url = source.verifyUrl;
  const rows = [...stated, ...groups.flatMap((group) => group.rows)];
  return {
    template: CERTIFICATE_TEMPLATE,
    data: {
      title: CERTIFICATE.title,
      number: header.number,
      origin: header.origin,
      date: dateParts(source.retrievedAt),
      picture: bilingual(CERTIFICATE.qr, { link }).zh,
      link: shownText(linkLines(link)),
      top: stated.slice(0, TOP_ROWS).map(rowJson),
      groups: groups.map(({ heading, note, rows: some }) => ({
        heading: messageJson(heading),
        note: note === undefined ? null : messageJson(note),
        rows: some.map(rowJson),
      })),
      statementTitle: CERTIFICATE.statementTitle,
      statement: CERTIFICATE.statement,
      verify: CERTIFICATE.verify,
      verifySteps: verifySteps(url).map(messageJson),
      seal: CERTIFICATE.seal,
      issued: CERTIFICATE.issued,
      annexes: [
        { heading: CERTIFICATE.annexA, paragraphs: CERTIFICATE.partA, blanks: CERTIFICATE.partAFields },
        { heading: CERTIFICATE.annexB, paragraphs: CERTIFICATE.partB, blanks: CERTIFICATE.partBFields },
      ],
      annexC: CERTIFICATE.annexC,
      tables: [
        {
          heading: CERTIFICATE.hashes,
          columns: [CERTIFICATE.hashOf, CERTIFICATE.algorithm, CERTIFICATE.value],
          rows: hashes,
        },
        {
          heading: CERTIFICATE.events,
          columns: [CERTIFICATE.time, CERTIFICATE.event, CERTIFICATE.detail],
          rows: events,
        },
      ],
      laterEvents: CERTIFICATE.laterEvents,
    },
    texts: [
      ...rows.map(({ label, value }) => ({ label, text: shownText(`${value.zh}${value.en}`) })),
      { label: CERTIFICATE.verify, text: url ?? '' },
    ],
    picture: encodeQr(link, 'svg', { ecc: 'medium', border: 2 }),
    attachments: attachmentsOf(source),
    madeAt: source.retrievedAt,
  };
}

/** Rows with a value; the labels of all others are in one row. */
function separated(rows: readonly Row[]): { readonly given: Row[]; readonly notGiven: Row[] } {
  const [given, missing] = [true, false].map((isGiven) =>
    rows.filter(({ value }) => (value !== CERTIFICATE.notGiven) === isGiven),
  ) as [Row[], Row[]];
  const labels = listed(missing.map(({ label }) => label));
  return { given, notGiven: missing.length === 0 ? [] : [{ label: CERTIFICATE.notGiven, value: labels }] };
}

/** Where the certificate is verified, what that rests on, and whom not to believe. */
function verifySteps(url: string | undefined): Message[] {
  const { page, noPage, basis, doubts, address, noAddress } = CERTIFICATE.verifySteps;
  return [
    url === undefined ? noPage : bilingual(page, { url: shownText(url) }),
    basis,
    doubts,
    url === undefined ? noAddress : address,
  ];
}

/** The link of a record with its number and its digits of the digest each on a line of its own. */
function linkLines(link: string): string {
  return link.replace(/#([^.]*)/, '\n#$1').replace(/\.([0-9a-f]{16})$/, '\n.$1');
}

function attachmentsOf({ receiptText, trustText }: CertificateSource): DocumentAttachment[] {
  const describe = ({ zh, en }: Message) => `${zh} ${en}`;
  const { receipt, trust } = CERTIFICATE_ATTACHMENTS;
  return [
    { name: receipt, text: receiptText, relationship: 'source', description: describe(CERTIFICATE.receiptAttachment) },
    ...(trustText === undefined
      ? []
      : [
          {
            name: trust,
            text: trustText,
            relationship: 'supplement',
            description: describe(CERTIFICATE.trustAttachment),
          } as const,
        ]),
  ];
}

/** What the record states; a section that the receipt withholds is shown as withheld. */
function fieldRow({ label, section, isDigest, valueOf }: Field, { withheld, sections }: ReceiptParts): Row {
  const value = valueOf(sections);
  if (value !== undefined) {
    const shown = fieldText(value);
    return isDigest === true ? codeRow(label, grouped(shown.zh)) : { label, value: shown };
  }
  return { label, value: withheld.sections.includes(section) ? FACTS.withheld : CERTIFICATE.notGiven };
}

function timeRows({ withheld, sections, notBefore }: ReceiptParts, anchor: Anchor, retrievedAt: string): Row[] {
  const receivedAt = textOf(sections, 'time', 'receivedAt');
  const missing = withheld.sections.includes('time') ? FACTS.withheld : CERTIFICATE.notGiven;
  return [
    {
      label: CERTIFICATE.registered,
      value:
        receivedAt === undefined ? missing : bilingual(CERTIFICATE.operatorClock, { time: beijingTime(receivedAt) }),
    },
    {
      label: CERTIFICATE.notBefore,
      value: notBefore === undefined ? missing : blockTime(notBefore, anchor.notBeforeHeader),
    },
    { label: CERTIFICATE.anchored, value: anchorTime(anchor) },
    {
      label: CERTIFICATE.retrieved,
      value: bilingual(CERTIFICATE.issuerClock, { time: beijingTime(retrievedAt) }),
    },
  ];
}

function anchorTime({ blockNumber: number, blockHash: hash, header }: Anchor): Message {
  return blockTime({ number, hash }, header);
}

/** The time of a block where the receipt has its header, which is that of this very block. */
function blockTime(block: { readonly number: bigint; readonly hash: string }, bytes: Uint8Array | undefined): Message {
  const time = blockTimestamp(block, bytes);
  return time === undefined
    ? bilingual(CERTIFICATE.blockAlone, { block: block.number })
    : bilingual(CERTIFICATE.blockClock, { block: block.number, time: beijingTime(time) });
}

function blockTimestamp(
  block: { readonly number: bigint; readonly hash: string },
  bytes: Uint8Array | undefined,
): string | undefined {
  const header = headerOf(bytes, block);
  return header === undefined || 'status' in header ? undefined : utcTime(header.timestampSeconds);
}

function chainRows({ header, proof }: ReceiptParts, anchor: Anchor, trust: Trust | undefined): Row[] {
  const { index, path, note, checkpoint } = proof;
  const key = trust?.log.keys.find((each) => note.signatures.some((line) => isSignatureBy(each.key, line)));
  const keys = trust?.log.keys.map((each) => each.key) ?? [];
  const cosigners = note.signatures
    .filter(({ name }) => name !== header.origin && !keys.some((each) => each.name === name))
    .map(({ name }) => name);
  return [
    { label: CERTIFICATE.chainId, value: alike(anchor.chainId.toString()) },
    { label: CERTIFICATE.chainOperator, value: chainOperator(trust) },
    codeRow(CERTIFICATE.contract, anchor.contract),
    ...(trust === undefined ? [] : [codeRow(CERTIFICATE.codeHash, trust.chain.codeHash)]),
    { label: CERTIFICATE.block, value: alike(anchor.blockNumber.toString()) },
    codeRow(CERTIFICATE.blockHash, anchor.blockHash),
    codeRow(CERTIFICATE.transaction, anchor.txHash),
    { label: CERTIFICATE.log, value: bilingual(CERTIFICATE.logNote, { origin: header.origin, index }) },
    { label: CERTIFICATE.checkpoint, value: alike(checkpoint.size.toString()) },
    codeRow(CERTIFICATE.root, toHex(anchor.root)),
    { label: CERTIFICATE.path, value: bilingual(CERTIFICATE.pathNote, { count: path.length }) },
    { label: CERTIFICATE.cosigners, value: listed(cosigners.map(alike)) },
    {
      label: CERTIFICATE.endorsements,
      value: listed((anchor.endorsements ?? []).map(({ endorser }) => alike(endorser))),
    },
    ...(key === undefined ? [] : [codeRow(CERTIFICATE.logKey, formatVkey(key.key))]),
    { label: CERTIFICATE.signature, value: signatureText(key) },
    trust === undefined
      ? { label: CERTIFICATE.trust, value: CERTIFICATE.trustMissing }
      : codeRow(CERTIFICATE.trust, grouped(trustFingerprint(trust))),
    { label: CERTIFICATE.custody, value: CERTIFICATE.notRecorded },
    { label: CERTIFICATE.defects, value: CERTIFICATE.notRecorded },
  ];
}

function chainOperator(trust: Trust | undefined): Message {
  if (trust === undefined) return CERTIFICATE.chainOperatorUnknown;
  const { operatedBy, chainId } = trust.chain;
  return bilingual(CHAIN_OPERATOR[operatedBy], { chainId });
}

function signatureText(trusted: TrustedKey | undefined): Message {
  if (trusted === undefined) return CERTIFICATE.signatureUnknown;
  const { key, fromSize: from, toSize: to } = trusted;
  const id = toHex(key.keyId);
  return to === undefined
    ? bilingual(CERTIFICATE.signatureNote, { id, from })
    : bilingual(CERTIFICATE.signatureEnded, { id, from, to });
}

/** Digests that the record states, its root, and the salted hash of each section. */
function hashRows({ header, sections, view }: ReceiptParts): JsonObject[][] {
  const code = (text: string): JsonObject => ({ text: shownText(text), isCode: true });
  const digests = (view?.fields ?? []).flatMap(({ label, isDigest, valueOf }) => {
    const value = isDigest === true ? valueOf(sections) : undefined;
    if (value === undefined) return [];
    return [[cell(CERTIFICATE.registeredContent), cell(label), code(grouped(fieldText(value).zh))]];
  });
  const root = toHex(recordRoot(sha256, header));
  const salted = Object.entries(header.sections).map(([name, commitment]) => {
    const section = view !== undefined && Object.hasOwn(view.sections, name) ? view.sections[name]! : alike(name);
    const message = Object.hasOwn(sections, name) ? CERTIFICATE.saltedSection : CERTIFICATE.saltedWithheld;
    return [cell(bilingual(message, { section })), cell(alike('SHA-256')), code(commitment)];
  });
  return [...digests, [cell(CERTIFICATE.recordRoot), cell(alike('SHA-256')), code(grouped(root))], ...salted];
}

/** What the receipt proves to have happened, in order. */
function eventRows({ header, sections, withheld, proof }: ReceiptParts, anchor: Anchor): JsonObject[][] {
  const receivedAt = textOf(sections, 'time', 'receivedAt');
  const anchoredAt = blockTimestamp({ number: anchor.blockNumber, hash: anchor.blockHash }, anchor.header);
  const missing = withheld.sections.includes('time') ? FACTS.withheld : CERTIFICATE.notGiven;
  return [
    [
      cell(receivedAt === undefined ? missing : alike(beijingTime(receivedAt))),
      cell(CERTIFICATE.register),
      cell(bilingual(CERTIFICATE.logNote, { origin: header.origin, index: proof.index })),
    ],
    [
      cell(
        anchoredAt === undefined
          ? bilingual(CERTIFICATE.blockAlone, { block: anchor.blockNumber })
          : alike(beijingTime(anchoredAt)),
      ),
      cell(CERTIFICATE.anchorEvent),
      cell(bilingual(CERTIFICATE.anchorDetail, { block: anchor.blockNumber, transaction: anchor.txHash })),
    ],
  ];
}

function cell({ zh, en }: Message): JsonObject {
  const text = shownText(zh);
  const second = shownText(en);
  return { text, second: second === text ? '' : second, isCode: false };
}

function codeRow(label: Message, code: string): Row {
  return { label, value: alike(code), isCode: true };
}

function listed(names: readonly Message[]): Message {
  if (names.length === 0) return CERTIFICATE.none;
  return { zh: names.map(({ zh }) => zh).join('、'), en: names.map(({ en }) => en).join(', ') };
}

function alike(text: string): Message {
  return { zh: text, en: text };
}
