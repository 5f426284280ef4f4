import { isJsonObject, type Json } from '../../protocol/encoding/json.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { DETAILS, FACTS } from '../../text/record-facts.ts';
import { CASE_FIELDS, COLLECTION_FIELDS, REGISTRANT_FIELD, textField } from '../fields.ts';
import { type Collection, SECTION_LABELS } from '../sections/view.ts';
import { type AnyRegistration, type RegistrableView, type Stated, type StatedCase, textOf } from '../view.ts';

/** What a client states about one item of evidence. */
export interface Registration extends AnyRegistration {
  readonly case: StatedCase;
  readonly file: {
    /** As given: a name or a relative path. Data, never used as a path by the service. */
    readonly name: string;
    /** Bytes; undefined where only the digests are known. */
    readonly size?: number | undefined;
    readonly mediaType?: string | undefined;
  };
  readonly digests: {
    /** Lower-case hex. */
    readonly sha256: string;
    readonly sm3?: string | undefined;
    /** Values of older tool logs, kept as they are; no verdict rests on them. */
    readonly legacy?: { readonly md5?: string | undefined; readonly sha1?: string | undefined } | undefined;
  };
  readonly collection?: Collection | undefined;
}

/** What is stated of one item of evidence. */
export type EvidenceRegistration = Stated<Registration>;

/** Bytes that came from somewhere: one file of a case. */
export const evidenceView: RegistrableView<Registration> = {
  name: 'evidence',
  label: { zh: '电子数据', en: 'evidence' },
  sections: {
    file: { zh: '文件', en: 'file' },
    digests: { zh: '哈希值', en: 'digests' },
    case: SECTION_LABELS.case,
    registrant: SECTION_LABELS.registrant,
    time: SECTION_LABELS.time,
    collection: SECTION_LABELS.collection,
  },
  listed: ['case', 'file', 'digests'],
  isCertifiable: true,
  fields: [
    REGISTRANT_FIELD,
    ...CASE_FIELDS,
    textField(FACTS.fileName, 'file', 'name'),
    { label: FACTS.fileSize, section: 'file', valueOf: ({ file }) => sizeOf(file) },
    { ...textField(DETAILS.mediaType, 'file', 'mediaType'), isDetail: true },
    { ...textField(FACTS.sha256, 'digests', 'sha256'), isDigest: true },
    { ...textField(FACTS.sm3, 'digests', 'sm3'), isDigest: true },
    ...COLLECTION_FIELDS,
  ],
  headline: (sections) => textOf(sections, 'file', 'name') ?? '',
  fileOf: ({ file: { size }, digests: { sha256, sm3 } }) => ({ sha256, sm3, size }),
  sectionsOf({ case: ofCase, file: { name, size, mediaType: type }, digests: given, collection }, content) {
    return {
      file: defined({ name, size: content?.size ?? size, mediaType: type ?? 'application/octet-stream' }),
      digests: defined({ ...given, ...(content !== undefined && { sm3: content.sm3 }) }),
      case: defined({ ...ofCase, asIs: undefined }),
      ...(collection !== undefined && { collection: defined(collection) }),
    };
  },
};

function sizeOf(file: Json | undefined): Message | undefined {
  const size = isJsonObject(file) ? file['size'] : undefined;
  return typeof size === 'number' ? bilingual(FACTS.bytes, { size: size.toLocaleString('en-US') }) : undefined;
}

/** The value without members that are undefined: JSON has none. */
function defined(value: object): Json {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, typeof member === 'object' && !Array.isArray(member) ? defined(member) : member]),
  );
}
