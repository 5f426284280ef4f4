import { isJsonObject, type Json } from '../../protocol/encoding/json.ts';
import type { Message } from '../../text/message.ts';
import { ACCESS_FACTS } from '../../text/record-facts.ts';
import { asGiven, textField } from '../fields.ts';
import { SECTION_LABELS } from '../sections/view.ts';
import { type KindView, textOf } from '../view.ts';

/** The state of an access log and of the directory, as the service recorded it. */
export const accessView: KindView = {
  name: 'access',
  label: ACCESS_FACTS.kind,
  sections: { access: ACCESS_FACTS.kind, time: SECTION_LABELS.time },
  listed: ['access'],
  fields: [
    textField(ACCESS_FACTS.stream, 'access', 'stream'),
    { label: ACCESS_FACTS.entries, section: 'access', valueOf: ({ access }) => rangeOf(access) },
    textField(ACCESS_FACTS.head, 'access', 'head'),
  ],
  headline: (sections) => textOf(sections, 'access', 'stream') ?? '',
};

function rangeOf(access: Json | undefined): Message | undefined {
  const { from, to } = isJsonObject(access) ? access : {};
  return typeof from === 'number' && typeof to === 'number' ? asGiven(`${from} … ${to}`) : undefined;
}
