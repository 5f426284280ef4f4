import type { Message } from '../text/message.ts';
import type { Sections } from './view.ts';

/** A property that records are found by. */
export interface LookUp {
  readonly label: Message;
  /** The value under which a record with these sections is found; undefined: it is not. */
  valueOf(sections: Sections): string | undefined;
  /** The spelling that is compared with `valueOf`. */
  normalize(typed: string): string;
}

/** The spelling of what has only one. */
export function asTyped(typed: string): string {
  return typed;
}
