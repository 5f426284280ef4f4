import { dirname } from 'node:path';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { parseNote } from '../../../protocol/note/note.ts';
import { checkNote } from '../../../protocol/note/vkey.ts';
import type { KeysOfSize } from '../../../protocol/trust.ts';
import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual } from '../../../text/message.ts';
import { joinMessages, REPAIR_FAULTS } from '../../../text/store.ts';
import { indexedPlace, type OpenedIndex } from '../check/index-check.ts';
import { frameRange } from '../check/problems.ts';
import type { FramePlace } from '../journal/frame-place.ts';
import { FIRST_PREVIOUS_HASH } from '../journal/frame.ts';
import { decodePayload } from '../journal/payload.ts';
import { type Found, type FrameReader, type Frames, hashKey } from './found-frames.ts';

/** The chain of frames up to the newest confirmed one. Throws `repair-lacking`. */
export async function confirmedChain(
  frames: Frames,
  reader: FrameReader,
  index: OpenedIndex,
  folder: string,
  vkeys: KeysOfSize,
): Promise<readonly Found[]> {
  const tips = [...frames.values()].map(([first]) => first!).toSorted((a, b) => b.place.seq - a.place.seq);
  const own = tips.find(({ path }) => dirname(path) === folder && path.endsWith('.seg'));
  if (index.stored === undefined && own === undefined) {
    // a copy that is too old would pass for the whole ledger, and the log would be forked
    throw new LedgerError('repair-lacking', { reason: bilingual(REPAIR_FAULTS.nothingLeft, { folder }) });
  }
  const needed = index.stored?.seq ?? 0;
  for (const tip of tips) {
    if (tip.place.seq < needed) break;
    const chain = chainTo(tip, frames);
    if (chain !== undefined && (await isConfirmed(chain, reader, index, own, vkeys))) return chain;
  }
  throw lacking(frames, Math.max(needed, tips[0]?.place.seq ?? 0));
}

function chainTo(tip: Found, frames: Frames): readonly Found[] | undefined {
  const chain = [tip];
  for (let first = tip; first.place.seq > 0; first = chain.at(-1)!) {
    const before = frames.get(hashKey(first.previousHash))?.[0];
    if (before === undefined || before.place.seq !== first.place.seq - 1) return undefined;
    chain.push(before);
  }
  return equalBytes(chain.at(-1)!.previousHash, FIRST_PREVIOUS_HASH) ? chain.toReversed() : undefined;
}

/**
 * Whether a chain of frames is this ledger's. Another history, even a signed one, is not taken: the
 * chain must hold the newest frame that the index knows; where the index does not state it, the
 * newest frame of this journal. What goes beyond that must end with a signed note.
 */
async function isConfirmed(
  chain: readonly Found[],
  reader: FrameReader,
  index: OpenedIndex,
  own: Found | undefined,
  vkeys: KeysOfSize,
): Promise<boolean> {
  const seq = index.stored?.seq;
  const known = (seq === undefined ? undefined : await indexedPlace(index, seq)) ?? own?.place;
  const holds = (place: FramePlace) =>
    chain[place.seq] !== undefined && equalBytes(chain[place.seq]!.place.hash, place.hash);
  if (known !== undefined && !holds(known)) return false;
  const tip = chain.at(-1)!;
  if (tip.place.seq === known?.seq) return true;
  const payload = decodePayload((await reader.read(tip)).payload);
  const isSigned = payload.kind === 'commit' || payload.kind === 'checkpoint';
  if (!isSigned) return own !== undefined && equalBytes(own.place.hash, tip.place.hash);
  const { size, note } = payload.kind === 'commit' ? payload.head : payload.checkpoint;
  return checkNote(parseNote(note), vkeys(size)).status === 'signed';
}

function lacking(frames: Frames, lastSeq: number): LedgerError {
  const there = new Set([...frames.values()].map(([first]) => first!.place.seq));
  const ranges: [number, number][] = [];
  for (let seq = 0; seq <= lastSeq; seq++) {
    if (there.has(seq)) continue;
    if (ranges.at(-1)?.[1] === seq - 1) ranges.at(-1)![1] = seq;
    else ranges.push([seq, seq]);
  }
  const missing = ranges.slice(0, 10).map(([first, last]) => frameRange(first, last));
  const reason =
    missing.length > 0
      ? bilingual(REPAIR_FAULTS.framesMissing, { frames: joinMessages(missing) })
      : REPAIR_FAULTS.unconnected;
  return new LedgerError('repair-lacking', { reason });
}
