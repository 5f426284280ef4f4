import { hash as nodeHash } from 'node:crypto';
import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBody, encodeBody, findableOf } from '../../src/adapters/embedded-store/journal/body.ts';
import { encodeFrame, FIRST_PREVIOUS_HASH } from '../../src/adapters/embedded-store/journal/frame.ts';
import { type JournalFrame, readJournal } from '../../src/adapters/embedded-store/journal/read-journal.ts';
import { listSegments } from '../../src/adapters/embedded-store/journal/segments.ts';
import { decodePayload, encodePayload, type Payload } from '../../src/adapters/embedded-store/journal/payload.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { AnchorJob, LedgerRecord } from '../../src/log/model.ts';
import type { LogSigner } from '../../src/log/ports.ts';
import { toBase64, utf8Bytes } from '../../src/protocol/encoding/bytes.ts';
import { formatCheckpoint, parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import { formatNote, parseNote } from '../../src/protocol/note/note.ts';
import { recordEntry, recordRoot } from '../../src/protocol/record/header.ts';
import { sectionCommitment } from '../../src/protocol/record/section.ts';

/** What an attacker can do who can write to the data folder and knows the program. */

/**
 * Edits records and recomputes everything that follows from them: commitments, entries, tree,
 * notes, crcs, hashes of frames; the index is removed, to be made again. Without a signer the notes
 * keep the signatures of their former texts.
 */
export async function rewriteJournal(
  dir: string,
  edit: (record: LedgerRecord, index: bigint) => LedgerRecord,
  signer?: LogSigner,
): Promise<void> {
  const tree = new CompactRange(nodeTreeHasher);
  const roots = new Map<bigint, Uint8Array>();
  const notes = (source: string) => {
    const before = parseNote(source);
    const checkpoint = parseCheckpoint(before.text);
    const text = formatCheckpoint({ ...checkpoint, root: roots.get(checkpoint.size)! });
    return formatNote({ text, signatures: signer === undefined ? before.signatures : [signer.sign(utf8Bytes(text))] });
  };
  const rewritten = (payload: Payload): Payload => {
    if (payload.kind === 'checkpoint') {
      const { checkpoint } = payload;
      return { kind: 'checkpoint', checkpoint: { ...checkpoint, note: notes(checkpoint.note) } };
    }
    if (payload.kind === 'anchor') {
      return { kind: 'anchor', job: unproven({ ...payload.job, root: roots.get(payload.job.size)! }) };
    }
    if (payload.kind === 'directory') return payload;
    const items = payload.items.map((item, i) => {
      const record = committed(edit(decodeBody(item.body), payload.firstIndex + BigInt(i)));
      const entry = recordEntry(recordRoot(nodeSha256, record.header));
      tree.append(nodeTreeHasher.leaf(entry));
      return { ...item, body: encodeBody(record), findable: findableOf(record), entry };
    });
    roots.set(tree.size, tree.root());
    return { ...payload, items, head: { ...payload.head, root: tree.root(), note: notes(payload.head.note) } };
  };
  let previousHash = FIRST_PREVIOUS_HASH;
  const frames: Buffer[] = [];
  for (const { place, payload } of await framesOf(dir)) {
    const frame = encodeFrame({
      seq: place.seq,
      previousHash,
      payload: encodePayload(rewritten(decodePayload(payload))),
    });
    previousHash = nodeHash('sha256', frame, 'buffer');
    frames.push(frame);
  }
  const journal = join(dir, 'journal');
  for (const name of readdirSync(journal)) rmSync(join(journal, name));
  writeFileSync(join(journal, '00000000.seg'), Buffer.concat(frames));
  rmSync(join(dir, 'index'), { recursive: true });
}

/** The same anchor without the proof of its block, which leads to the former root. */
function unproven({ inclusion, ...job }: AnchorJob): AnchorJob {
  if (inclusion === undefined) return job;
  const { header: _header, receiptProof: _receiptProof, ...stated } = inclusion;
  return { ...job, inclusion: stated };
}

/** The same record with the commitments that its sections have now. */
function committed(record: LedgerRecord): LedgerRecord {
  const commitments = record.sections.map((section) => [
    section.name,
    toBase64(sectionCommitment(nodeSha256, section)),
  ]);
  return {
    ...record,
    header: { ...record.header, sections: Object.fromEntries(commitments) as Record<string, string> },
  };
}

/**
 * Cuts everything after the commit of this size, at the end of a frame; the index is removed, to be
 * made again.
 */
export async function cutJournal(dir: string, size: bigint): Promise<void> {
  const frames = await framesOf(dir);
  const sizeOf = (frame: JournalFrame) => {
    const payload = decodePayload(frame.payload);
    return payload.kind === 'commit' ? payload.head.size : 0n;
  };
  const first = frames.find((frame) => sizeOf(frame) > size);
  if (first === undefined) throw new Error(`nothing is committed beyond ${size}`);
  truncateSync(first.path, first.place.begin);
  for (const { number, path } of await listSegments(join(dir, 'journal')))
    if (number > first.place.segment) rmSync(path);
  rmSync(join(dir, 'index'), { recursive: true });
}

async function framesOf(dir: string): Promise<JournalFrame[]> {
  const frames: JournalFrame[] = [];
  for await (const read of readJournal(await listSegments(join(dir, 'journal')))) {
    if (read.kind === 'fault') throw new Error(read.reason.en);
    frames.push({ ...read, payload: Buffer.from(read.payload) });
  }
  return frames;
}
