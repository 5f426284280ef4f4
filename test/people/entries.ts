import { sha256 } from '../../src/protocol/encoding/hash.ts';
import { utf8Bytes } from '../../src/protocol/encoding/bytes.ts';
import { formatEntry } from '../../src/people/entry.ts';
import type { DirectoryEntry } from '../../src/people/model.ts';
import { officeStory } from './events.ts';

/** The entries of the office's story; the same ones each time. */
export function officeEntries(): readonly DirectoryEntry[] {
  return officeStory().events.map((event, i) => formatEntry(sha256, event, sha256(utf8Bytes(`${i}`)).subarray(0, 16)));
}
