import { describe, expect, test } from 'vitest';
import { nodeSha256 as hash } from '../../../src/adapters/node-crypto/node-hashes.ts';
import { uuidV7 } from '../../../src/kinds/record-id.ts';
import { AccessLog } from '../../../src/people/access/access-log.ts';
import { checkStreams } from '../../../src/people/access/check-streams.ts';
import type { RecordedStatement } from '../../../src/people/access/statement.ts';
import { EMPTY_ACCESS, formatLine, type NewAccessEntry } from '../../../src/people/access/entry.ts';
import { readStream } from '../../../src/people/access/read-stream.ts';
import { EMPTY_DIRECTORY } from '../../../src/people/model.ts';
import { toBase64 } from '../../../src/protocol/encoding/bytes.ts';
import { idOf, START_MS } from '../events.ts';
import { MemoryStreams } from './memory-streams.ts';

const look: NewAccessEntry = {
  entry: 'asked',
  by: idOf('handler'),
  act: 'look',
  operation: 'showRecord',
  record: idOf('record'),
};
let serial = 0;
const DAY_MS = 86_400_000;
const NOW_MS = START_MS + 400 * DAY_MS;

function open(streams: MemoryStreams, clock = () => START_MS) {
  const newStream = () => uuidV7(START_MS + ++serial, new Uint8Array(10));
  return new AccessLog({ streams, hash, clock, newStream, origin: 'test.example/log' });
}

/** A stream of four entries, and what a record of the log states of it. */
async function written() {
  const streams = new MemoryStreams();
  const log = open(streams);
  for (const status of [200, 404]) {
    const { seq } = await log.add(look);
    log.addLater({ entry: 'answered', asked: seq, status });
  }
  await log.flush();
  const { stream, count, hash: head } = log.head()!;
  const directory = EMPTY_DIRECTORY;
  const root = new Uint8Array(32).fill(7);
  const statement: RecordedStatement = {
    stream,
    from: 1,
    to: count,
    head,
    previous: undefined,
    directory,
    index: 0n,
    root,
  };
  return { streams, stream, statement, bytes: streams.files.get(stream)! };
}

/** A record that covers all that the log has written. */
function recordOf(log: AccessLog, stated: Partial<RecordedStatement>): RecordedStatement {
  const { stream, count: to, hash: head } = log.head()!;
  const root = new Uint8Array(32).fill(8);
  const directory = EMPTY_DIRECTORY;
  return { stream, from: 1, to, head, previous: undefined, directory, index: 1n, root, ...stated };
}

const linesOf = (bytes: Uint8Array) => Buffer.from(bytes).toString().split('\n').slice(0, -1);
const codes = async (streams: MemoryStreams, ...statements: RecordedStatement[]) =>
  (await checkStreams(hash, streams, statements, { nowMs: NOW_MS })).problems.map(({ code }) => code);

describe('an access log', () => {
  test('numbers its entries, and has each durable before it answers', async () => {
    const streams = new MemoryStreams();
    const log = open(streams);
    expect(log.head()).toBeUndefined();
    expect(await log.add(look)).toEqual({ stream: expect.any(String), seq: 2 });
    const entries: string[] = [];
    const { head, fault, tornBytes } = await readStream(hash, streams.read(log.head()!.stream), ({ entry, seq }) =>
      entries.push(`${seq} ${entry}`),
    );
    expect(entries).toEqual(['1 began', '2 asked']);
    expect({ fault, tornBytes }).toEqual({ fault: undefined, tornBytes: 0 });
    expect({ stream: log.head()!.stream, ...head }).toEqual(log.head());
  });

  test('serves all that wait by one write', async () => {
    const streams = new MemoryStreams();
    const log = open(streams);
    await log.add(look);
    const before = streams.appends;
    const places = await Promise.all(Array.from({ length: 500 }, () => log.add(look)));
    expect(streams.appends - before).toBeLessThanOrEqual(2);
    expect(places.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 3));
  });

  test('gives a stream up that could not be written, and goes on in another one', async () => {
    const streams = new MemoryStreams();
    const log = open(streams);
    const first = await log.add(look);
    streams.isFailing = true;
    await expect(log.add(look)).rejects.toThrow('no space left');
    streams.isFailing = false;
    const next = await log.add(look);
    expect(next.stream).not.toBe(first.stream);
    expect([log.isCurrent(first), log.isCurrent(next)]).toEqual([false, true]);
    expect(log.takeAbandoned()).toMatchObject([{ stream: first.stream, count: 2 }]);
    const { head, tornBytes, fault } = await readStream(hash, streams.read(first.stream));
    expect([head.count, tornBytes > 0, fault]).toEqual([2, true, undefined]);
  });

  test('has times that never fall', async () => {
    let nowMs = START_MS;
    const streams = new MemoryStreams();
    const log = open(streams, () => nowMs);
    await log.add(look);
    nowMs -= 60_000;
    await log.add(look);
    const times: string[] = [];
    await readStream(hash, streams.read(log.head()!.stream), ({ at }) => times.push(at));
    expect(times.toSorted()).toEqual(times);
  });
});

describe('a stream', () => {
  test('is whole as it was recorded', async () => {
    const { streams, stream, statement } = await written();
    const checked = await checkStreams(hash, streams, [statement], { nowMs: NOW_MS });
    expect(checked).toEqual({
      streams: [{ stream, entries: 5, recordedTo: 5, tornBytes: 0 }],
      cut: [],
      records: 1,
      problems: [],
    });
  });

  test('has no byte that could be another one unnoticed', async () => {
    const { streams, stream, statement, bytes } = await written();
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [1, 0x20, 0xff, bytes[at]! ^ 10, bytes[at]!]) {
        if (mask === 0) continue;
        const flipped = Uint8Array.from(bytes);
        flipped[at]! ^= mask;
        streams.files.set(stream, flipped);
        expect([at, mask, (await codes(streams, statement)).length > 0]).toEqual([at, mask, true]);
      }
    }
  });

  test('ends with its last whole entry where the next was cut off at any place', async () => {
    const { streams, stream, bytes } = await written();
    const ends = linesOf(bytes).map(
      (_, i) =>
        linesOf(bytes)
          .slice(0, i + 1)
          .join('\n').length + 1,
    );
    for (let length = 0; length <= bytes.length; length++) {
      for (const zeros of [0, 1, 100]) {
        streams.files.set(stream, Buffer.concat([bytes.subarray(0, length), Buffer.alloc(zeros)]));
        const { lengthBytes, tornBytes, fault } = await readStream(hash, streams.read(stream));
        expect(fault).toBeUndefined();
        expect(lengthBytes).toBe(Math.max(0, ...ends.filter((end) => end <= length)));
        expect(lengthBytes + tornBytes).toBe(length + zeros);
      }
    }
  });

  const tampered: Record<string, (lines: string[]) => string[]> = {
    'an entry is edited': (lines) =>
      lines.map((line, i) => (i === 1 ? line.replace(idOf('handler'), idOf('other')) : line)),
    'an entry is removed': (lines) => lines.toSpliced(2, 1),
    'the first entry is removed': (lines) => lines.slice(1),
    'two entries are exchanged': (lines) => [lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)],
    'an entry is repeated': (lines) => [...lines.slice(0, 2), lines[1]!, ...lines.slice(2)],
    'the last entries are cut off': (lines) => lines.slice(0, 3),
    'all entries are removed': () => [],
    'the chain is made again after an edit': (lines) => remade(lines, (json) => json.replace('404', '200')),
    'the chain is made again without an entry': (lines) => remade(lines.toSpliced(3, 1), (json) => json),
    'the chain is made again with one more entry': (lines) =>
      remade([...lines.slice(0, 2), lines[1]!, ...lines.slice(2)], (json) => json),
  };
  test.each(Object.entries(tampered))('is contradicted by its record where %s', async (_, change) => {
    const { streams, stream, statement, bytes } = await written();
    streams.files.set(
      stream,
      Buffer.from(
        change(linesOf(bytes))
          .map((line) => `${line}\n`)
          .join(''),
      ),
    );
    expect((await codes(streams, statement)).length).toBeGreaterThan(0);
  });

  test('that is missing is found by its record, unless an entry states that it was cut at that head', async () => {
    const { streams, stream, statement } = await written();
    await streams.remove(stream);
    expect(await codes(streams, statement)).toEqual(['access-missing']);
    const old = { ...statement, anchoredMs: START_MS };
    const cut = async (to: number, head: Uint8Array) => {
      const log = open(streams);
      await log.add({ entry: 'cut', streams: [{ stream, to, head: toBase64(head) }] });
      const found = await codes(streams, old, recordOf(log, { receivedMs: NOW_MS }));
      await streams.remove(log.head()!.stream);
      return found;
    };
    expect(await cut(4, statement.head)).toEqual(['access-missing']);
    expect(await cut(statement.to, new Uint8Array(32))).toEqual(['access-missing']);
    expect(await cut(statement.to, statement.head)).toEqual([]);
  });

  /** What a check says of a stream that was cut, and of the record that states the cut. */
  async function judged(anchoredMs: number | undefined, by: Partial<RecordedStatement> | undefined) {
    const { streams, stream, statement } = await written();
    await streams.remove(stream);
    const log = open(streams);
    await log.add({ entry: 'cut', streams: [{ stream, to: statement.to, head: toBase64(statement.head) }] });
    const records = by === undefined ? [] : [recordOf(log, by)];
    return codes(streams, { ...statement, receivedMs: START_MS, anchoredMs }, ...records);
  }

  test('was cut in time, by the blocks and records of the log and not by what the operator writes of it', async () => {
    const day = (days: number) => START_MS + days * DAY_MS;
    expect(await judged(START_MS, { receivedMs: day(183) })).toEqual([]);
    expect(await judged(START_MS, { receivedMs: day(183) - 1 })).toEqual(['access-cut-young']);
    expect(await judged(day(10), { receivedMs: day(183) })).toEqual(['access-cut-young']);
    // a record that dates itself ahead is dated by its block, or by the clock of the auditor
    expect(await judged(START_MS, { receivedMs: day(200), anchoredMs: day(30) })).toEqual(['access-cut-young']);
    expect(await judged(NOW_MS - DAY_MS, { receivedMs: NOW_MS + 300 * DAY_MS })).toEqual(['access-cut-young']);
  });

  test('was not provably cut where it was never anchored, or no record states the cut', async () => {
    expect(await judged(undefined, { receivedMs: NOW_MS })).toEqual(['access-cut-unproven']);
    expect(await judged(START_MS, undefined)).toEqual(['access-cut-unproven']);
    // the record covers the stream up to the entry before the cut
    expect(await judged(START_MS, { receivedMs: NOW_MS, to: 0, head: new Uint8Array(32) })).toEqual([
      'access-cut-unproven',
    ]);
  });

  test('has records that follow one another', async () => {
    const { streams, statement } = await written();
    const next = { ...statement, from: 6, to: 5, previous: statement.root, index: 1n, root: new Uint8Array(32) };
    expect(await codes(streams, statement, next)).toEqual([]);
    for (const wrong of [{ from: 5 }, { from: 7 }, { previous: undefined }, { previous: new Uint8Array(32) }]) {
      expect(await codes(streams, statement, { ...next, ...wrong })).toEqual(['access-record-wrong']);
    }
    expect(await codes(streams, next)).toEqual(['access-record-wrong']);
  });
});

/** The lines with a chain, and numbers, of their own. */
function remade(lines: readonly string[], change: (json: string) => string): string[] {
  let head = EMPTY_ACCESS;
  return lines.map((line) => {
    const { seq: _, at, ...entry } = JSON.parse(change(line.slice(64))) as { seq: number; at: string };
    const made = formatLine(hash, head, entry as unknown as NewAccessEntry, at);
    head = made.head;
    return Buffer.from(made.line).toString().trimEnd();
  });
}
