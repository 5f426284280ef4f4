import { bilingual, type Message } from '../text/message.ts';
import { COLLECTION_FACTS, COLLECTION_METHOD_NAMES, FACTS } from '../text/record-facts.ts';
import { timeText } from '../text/time.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { type Fact, type Sections, textOf } from './view.ts';

/** The fact of a text as it was given; none where there is no text. */
export function textFact(label: Message, text: string | undefined): Fact[] {
  return text === undefined ? [] : [{ label, value: { zh: text, en: text } }];
}

/** The case, as given. */
export function caseFacts(sections: Sections): Fact[] {
  return [
    ...textFact(FACTS.caseNumber, textOf(sections, 'case', 'number')),
    ...textFact(FACTS.caseTitle, textOf(sections, 'case', 'title')),
  ];
}

export function registrantFacts(sections: Sections): Fact[] {
  return textFact(FACTS.registrant, textOf(sections, 'registrant', 'principal'));
}

/** The provenance before registration, as stated. */
export function collectionFacts(sections: Sections): Fact[] {
  const collection = objectOf(sections['collection']);
  if (collection === undefined) return [];
  const given = (member: string) => textOf(sections, 'collection', member);
  const method = given('method');
  const collectedAt = given('collectedAt');
  const collectors = collection['collectors'];
  const tool = objectOf(collection['tool']);
  const medium = objectOf(collection['originalMedium']);
  const methods: Readonly<Record<string, Message>> = COLLECTION_METHOD_NAMES;
  return [
    ...(method === undefined
      ? []
      : [{ label: COLLECTION_FACTS.method, value: methods[method] ?? { zh: method, en: method } }]),
    ...(collectedAt === undefined ? [] : [{ label: COLLECTION_FACTS.collectedAt, value: timeText(collectedAt) }]),
    ...textFact(COLLECTION_FACTS.place, given('place')),
    ...textFact(COLLECTION_FACTS.collectors, Array.isArray(collectors) ? collectors.map(String).join('、') : undefined),
    ...textFact(COLLECTION_FACTS.witness, given('witness')),
    ...textFact(COLLECTION_FACTS.holder, given('holder')),
    ...textFact(COLLECTION_FACTS.tool, tool && joined(tool, ['name', 'version', 'sha256'])),
    ...(medium === undefined
      ? []
      : [
          {
            label: COLLECTION_FACTS.originalMedium,
            value: bilingual(medium['seized'] === true ? COLLECTION_FACTS.seized : COLLECTION_FACTS.notSeized, {
              details: joined(medium, ['sealNumber', 'reason']) || '-',
            }),
          },
        ]),
    ...textFact(COLLECTION_FACTS.remarks, given('remarks')),
  ];
}

function objectOf(value: Json | undefined): Readonly<Record<string, Json>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, Json>>) : undefined;
}

function joined(object: Readonly<Record<string, Json>>, members: readonly string[]): string {
  return members.flatMap((member) => (typeof object[member] === 'string' ? [object[member]] : [])).join(' ');
}
