import { isJsonObject, type Json } from '../../protocol/encoding/json.ts';
import type { Message } from '../../text/message.ts';
import { ACCESS_FACTS as FACTS } from '../../text/record-facts.ts';
import { textField } from '../fields.ts';
import { SECTION_LABELS } from '../sections/view.ts';
import { type KindView, textOf } from '../view.ts';

/** The state of an access log and of the directory, as the service recorded it. */
export const accessView: KindView = {
  name: 'access',
  label: FACTS.kind,
  sections: { access: FACTS.kind, time: SECTION_LABELS.time },
  listed: ['access'],
  lookups: {
    kind: { label: FACTS.lookup, valueOf: ({ access }) => (access === undefined ? undefined : 'access'), normalize },
    stream: { label: FACTS.stream, valueOf: (sections) => textOf(sections, 'access', 'stream'), normalize },
  },
  fields: [
    textField(FACTS.stream, 'access', 'stream'),
    { label: FACTS.entries, section: 'access', valueOf: ({ access }) => rangeOf(access) },
    textField(FACTS.head, 'access', 'head'),
  ],
  headline: (sections) => textOf(sections, 'access', 'stream') ?? '',
};

function normalize(typed: string): string {
  return typed;
}

function rangeOf(access: Json | undefined): Message | undefined {
  if (!isJsonObject(access)) return undefined;
  const range = `${String(access['from'])} … ${String(access['to'])}`;
  return { zh: range, en: range };
}
