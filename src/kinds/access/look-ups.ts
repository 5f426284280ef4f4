import { ACCESS_FACTS } from '../../text/record-facts.ts';
import { asTyped, type LookUp } from '../look-up.ts';
import { textOf } from '../view.ts';

export const ACCESS_LOOK_UPS: Readonly<Record<string, LookUp>> = {
  kind: {
    label: ACCESS_FACTS.lookup,
    valueOf: ({ access }) => (access === undefined ? undefined : 'access'),
    normalize: asTyped,
  },
  stream: {
    label: ACCESS_FACTS.stream,
    valueOf: (sections) => textOf(sections, 'access', 'stream'),
    normalize: asTyped,
  },
};
