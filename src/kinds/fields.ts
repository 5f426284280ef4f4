import { isJsonObject, type JsonObject } from '../protocol/encoding/json.ts';
import { bilingual, type Message } from '../text/message.ts';
import { COLLECTION_FACTS, COLLECTION_METHOD_NAMES, FACTS, REGISTRANTS } from '../text/record-facts.ts';
import { roleName } from '../text/people.ts';
import { type Field, type FieldValue, type Sections, textOf } from './view.ts';

/** The field of a text that is shown as it was given. */
export function textField(label: Message, section: string, member: string): Field {
  return { label, section, valueOf: (sections) => asGiven(textOf(sections, section, member)) };
}

export const CASE_FIELDS: readonly Field[] = [
  textField(FACTS.caseNumber, 'case', 'number'),
  textField(FACTS.caseTitle, 'case', 'title'),
];

export const REGISTRANT_FIELD: Field = {
  label: FACTS.registrant,
  section: 'registrant',
  valueOf(sections) {
    const principal = textOf(sections, 'registrant', 'principal');
    if (principal === LOCAL) return REGISTRANTS.local;
    const organisation = textOf(sections, 'registrant', 'organisationName');
    const role = textOf(sections, 'registrant', 'role');
    if (principal === undefined || organisation === undefined || role === undefined) return asGiven(principal);
    return bilingual(REGISTRANTS.person, { organisation, role: roleName(role), principal });
  },
};

/** Everybody on the machine of a service without accounts. */
const LOCAL = 'local';

/** The provenance before registration, as stated. */
export const COLLECTION_FIELDS: readonly Field[] = [
  collectionField('method', ({ method }) => (typeof method === 'string' ? methodName(method) : undefined)),
  collectionField('collectedAt', ({ collectedAt: time }) => (typeof time === 'string' ? { time } : undefined)),
  textField(COLLECTION_FACTS.place, 'collection', 'place'),
  collectionField('collectors', ({ collectors: names }) =>
    asGiven(Array.isArray(names) ? names.map(String).join('、') : undefined),
  ),
  textField(COLLECTION_FACTS.witness, 'collection', 'witness'),
  textField(COLLECTION_FACTS.holder, 'collection', 'holder'),
  collectionField('tool', ({ tool }) =>
    asGiven(isJsonObject(tool) ? joined(tool, ['name', 'version', 'sha256']) : undefined),
  ),
  collectionField('originalMedium', ({ originalMedium: medium }) => {
    if (!isJsonObject(medium)) return undefined;
    const details = joined(medium, ['sealNumber', 'reason']) || '-';
    return bilingual(medium['seized'] === true ? COLLECTION_FACTS.seized : COLLECTION_FACTS.notSeized, { details });
  }),
  textField(COLLECTION_FACTS.remarks, 'collection', 'remarks'),
];

function collectionField(
  name: keyof typeof COLLECTION_FACTS,
  read: (collection: JsonObject) => FieldValue | undefined,
): Field {
  const valueOf = ({ collection }: Sections) => (isJsonObject(collection) ? read(collection) : undefined);
  return { label: COLLECTION_FACTS[name], section: 'collection', valueOf };
}

function methodName(method: string): Message {
  const names: Readonly<Record<string, Message>> = COLLECTION_METHOD_NAMES;
  return names[method] ?? { zh: method, en: method };
}

export function asGiven(text: string | undefined): Message | undefined {
  return text === undefined ? undefined : { zh: text, en: text };
}

function joined(object: JsonObject, members: readonly string[]): string {
  return members.flatMap((member) => (typeof object[member] === 'string' ? [object[member]] : [])).join(' ');
}
