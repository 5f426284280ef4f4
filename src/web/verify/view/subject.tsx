import type { JSX } from 'preact';
import { printable } from '../../../kinds/printable.ts';
import type { Message } from '../../../text/message.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import type { Result } from '../result.ts';
import { GIVEN_LABELS } from './given-labels.ts';
import { Value } from './value.tsx';

/**
 * What a result is about: what was given or typed, and the digest of the file. A digest that was
 * typed is of no file that anybody has shown.
 */
export function subjectOf({ name, given, typed, digests }: Result): (readonly [Message, JSX.Element | string])[] {
  return [
    [GIVEN_LABELS[given], printable(name)],
    ...(typed === undefined ? [] : [[GIVEN_LABELS.typed, typed] as const]),
    ...(digests !== undefined && given === 'file'
      ? [[VERIFY_PAGE.present, <Value text={digests.sha256} />] as const]
      : []),
  ];
}
