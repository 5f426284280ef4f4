import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeBody } from '../../../src/adapters/embedded-store/journal/body.ts';
import { checkStore } from '../../../src/adapters/embedded-store/check/check.ts';
import type { StoreCheck } from '../../../src/operations/ports.ts';
import {
  decodeFrame,
  encodeFrame,
  FIRST_PREVIOUS_HASH,
  FRAME_OVERHEAD_BYTES,
} from '../../../src/adapters/embedded-store/journal/frame.ts';
import {
  decodePayload,
  encodePayload,
  type CheckpointPayload,
  type CommitPayload,
  type Payload,
} from '../../../src/adapters/embedded-store/journal/payload.ts';
import { rebuildIndex } from '../../../src/adapters/embedded-store/repair/rebuild.ts';
import { bundleKey, findKey, mirrorKey, recordKey } from '../../../src/adapters/embedded-store/index/keys.ts';
import { sealRow } from '../../../src/adapters/embedded-store/index/rows.ts';
import { createStore, openStore } from '../../../src/adapters/embedded-store/store.ts';
import type { LedgerRecord, PublishedCheckpoint } from '../../../src/log/model.ts';
import { verifierKey } from '../../../src/protocol/note/vkey.ts';
import { expectBothLanguages } from './both-languages.ts';
import { newFolder, removeFolders } from './folder.ts';
import { anchorJob, checkpointOf, emptyHead, recordId, sha256, TestLedger, VKEY } from './ledger.ts';

let dir: string;
let ledger: TestLedger;

/**
 * Frames: 0 the empty tree, 1 and 2 commits of 3 and 300 records, 3 a published checkpoint, 4 an
 * anchor, 5 a commit of 2, 6 published.
 */
beforeEach(async () => {
  dir = newFolder();
  ledger = new TestLedger();
  const store = await createStore({ dir }, emptyHead());
  for (const count of [3, 300]) await store.commit(ledger.next(count), store.head());
  await store.publish(checkpointOf(store.head()));
  await store.saveAnchor(anchorJob(0, 303n, 'final'));
  await store.commit(ledger.next(2), store.head());
  await store.publish(checkpointOf(store.head()));
  await store.close();
});
afterEach(removeFolders);

const journal = () => join(dir, 'journal', '00000000.seg');
const check = async () => {
  const found = await checkStore({ dir, vkeys: () => [VKEY] });
  for (const { message } of found.problems) expectBothLanguages(message);
  return found;
};
const frames = () => {
  const bytes = readFileSync(journal());
  const found: { offset: number; payload: Buffer }[] = [];
  for (let offset = 0; offset < bytes.length; offset += found.at(-1)!.payload.length + FRAME_OVERHEAD_BYTES) {
    const frame = decodeFrame(bytes.subarray(offset));
    if ('fault' in frame) throw new Error(frame.fault.en);
    found.push({ offset, payload: Buffer.from(frame.payload) });
  }
  return found;
};

/**
 * What an insider does: changes one payload, and makes all crcs and hashes of the journal fit
 * again.
 */
async function forge(seq: number, change: (payload: Payload) => Payload): Promise<void> {
  const payloads = frames().map(({ payload }) => payload);
  payloads[seq] = encodePayload(change(decodePayload(payloads[seq]!)));
  let previousHash = FIRST_PREVIOUS_HASH;
  const forged = payloads.map((payload, i) => {
    const frame = encodeFrame({ seq: i, previousHash, payload });
    previousHash = sha256(frame);
    return frame;
  });
  writeFileSync(journal(), Buffer.concat(forged));
  rmSync(join(dir, 'index'), { recursive: true });
}

const forgeCommit = (seq: number, change: (commit: CommitPayload) => CommitPayload) =>
  forge(seq, (payload) => change(payload as CommitPayload));

const forgePublished = (seq: number, change: (checkpoint: PublishedCheckpoint) => PublishedCheckpoint) =>
  forge(seq, (payload) => ({ kind: 'checkpoint', checkpoint: change((payload as CheckpointPayload).checkpoint) }));

const forgeRecord = (change: (record: LedgerRecord) => LedgerRecord) =>
  forgeCommit(2, (commit) => ({
    ...commit,
    items: commit.items.map((item, i) =>
      i === 10 ? { ...item, body: encodeBody(change(ledger.items[13]!.record)) } : item,
    ),
  }));

/** All but the missing index, which `forge` leaves. */
function journalProblems({ problems }: StoreCheck) {
  return problems.filter(({ code }) => code !== 'index-unusable');
}

async function putRow(row: { key: Buffer; value: Buffer } | Buffer): Promise<void> {
  const level = new Level<Buffer, Buffer>(join(dir, 'index'), {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    createIfMissing: false,
  });
  if (row instanceof Uint8Array) await level.del(row);
  else await level.put(row.key, row.value);
  await level.close();
}

test('a whole store is ok, before and after a rebuild, and nothing is left behind', async () => {
  const before = readFileSync(journal());
  const whole = { ok: true, size: 305n, problems: [], omittedCount: 0 };
  expect(await check()).toMatchObject(whole);
  await rebuildIndex({ dir });
  expect(await check()).toMatchObject(whole);
  expect(readdirSync(dir).toSorted()).toEqual(['index', 'journal']);
  expect(readFileSync(journal()).equals(before)).toBe(true);
});

test('an index that lacks the newest frames is ok: the next start replays them', async () => {
  cpSync(join(dir, 'index'), join(dir, 'old'), { recursive: true });
  const store = await openStore({ dir });
  await store.commit(ledger.next(4), store.head());
  await store.close();
  rmSync(join(dir, 'index'), { recursive: true });
  renameSync(join(dir, 'old'), join(dir, 'index'));
  expect(await check()).toMatchObject({ ok: true, size: 309n, problems: [] });
});

describe('journal', () => {
  test('a flipped bit: file, offset and seq; what the index has beyond is not rebuilt away', async () => {
    const whole = frames();
    const { offset } = whole[2]!;
    const bytes = readFileSync(journal());
    bytes[offset + 2000]! ^= 4;
    writeFileSync(journal(), bytes);
    const { ok, size, problems } = await check();
    expect({ ok, size }).toEqual({ ok: false, size: 3n });
    expect(problems).toEqual([
      {
        code: 'journal-damaged',
        where: {
          file: journal(),
          offset,
          lengthBytes: whole[3]!.offset - offset,
          seq: 2,
          lastSeq: 2,
          record: 3n,
          lastRecord: 302n,
        },
        message: {
          en: expect.stringMatching(
            /^\d+ bytes at offset \d+: crc32 is [0-9a-f]{8}, should be .*; frame 2 cannot be read, with records 3..302; the index has them whole: they hash to the signed root of size 305/,
          ) as string,
          zh: expect.stringMatching(
            /^偏移 \d+ 处 \d+ 字节：crc32 为 [0-9a-f]{8}，应为 .*；帧 2无法读取，其中有：记录序号 3 至 302（自 0 起）；索引中完整：与大小为 305 的已签名的根相符/,
          ) as string,
        },
        repair: 'repair',
      },
    ]);
    expect(readFileSync(journal()).equals(bytes)).toBe(true);
  });

  test('a torn tail is reported and not cut', async () => {
    const length = readFileSync(journal()).length;
    appendFileSync(journal(), 'torn');
    const { ok, size, problems } = await check();
    expect({ ok, size }).toEqual({ ok: false, size: 305n });
    expect(problems).toMatchObject([{ code: 'journal-torn-tail', where: { file: journal(), offset: length, seq: 7 } }]);
    expect(readFileSync(journal())).toHaveLength(length + 4);
  });

  test('lost frames that the index has', async () => {
    writeFileSync(journal(), readFileSync(journal()).subarray(0, frames()[5]!.offset));
    const { ok, problems } = await check();
    expect(ok).toBe(false);
    expect(problems).toMatchObject([{ code: 'journal-behind', where: { seq: 5 } }]);
    expect(problems[0]!.message.en).toContain('frames 5..6');
  });

  test('no segment at all', async () => {
    rmSync(journal());
    expect(await check()).toMatchObject({
      ok: false,
      problems: [
        { code: 'segment-missing', where: { file: journal(), seq: 0, lastSeq: 6, record: 0n, lastRecord: 304n } },
      ],
    });
  });

  const changes: readonly (readonly [string, RegExp, (record: LedgerRecord) => LedgerRecord])[] = [
    [
      'another value',
      /section "file" does not match/,
      (record) => ({
        ...record,
        sections: record.sections.map((section) => (section.name === 'file' ? { ...section, value: 'x' } : section)),
      }),
    ],
    [
      'another salt',
      /section "digests" does not match/,
      (record) => ({
        ...record,
        sections: record.sections.map((section) =>
          section.name === 'digests' ? { ...section, salt: new Uint8Array(16) } : section,
        ),
      }),
    ],
    ['a section less', /section "file" is missing/, (record) => ({ ...record, sections: record.sections.slice(1) })],
    [
      'a section more',
      /section "more" does not match/,
      (record) => ({ ...record, sections: [...record.sections, { ...record.sections[0]!, name: 'more' }] }),
    ],
    [
      'a section twice',
      /a section is stored twice/,
      (record) => ({ ...record, sections: [...record.sections, record.sections[0]!] }),
    ],
    [
      'another header',
      /header does not hash to the log entry/,
      (record) => ({ ...record, header: { ...record.header, number: 'x' } }),
    ],
  ];

  test.each(changes)('a forged record with %s: named by index', async (_name, message, change) => {
    await forgeRecord(change);
    const result = await check();
    expect(result.ok).toBe(false);
    const [problem, ...others] = journalProblems(result);
    expect(problem).toMatchObject({
      code: 'record-damaged',
      where: { file: journal(), offset: frames()[2]!.offset, seq: 2, record: 13n },
    });
    expect(problem!.message.en).toMatch(message);
    expect(others).toEqual([]);
  });

  test('a time of receipt that falls', async () => {
    const { record } = ledger.items[11]!;
    await forgeRecord(() => record);
    const messages = journalProblems(await check()).map(({ message }) => message.en);
    expect(messages).toContainEqual(expect.stringMatching(/^record 13: receivedAt is \d+ ms, should be from/));
  });

  test('a forged entry: the root, the note and all that follows do not fit', async () => {
    await forgeCommit(2, (commit) => ({
      ...commit,
      items: commit.items.map((item, i) => (i === 10 ? { ...item, entry: new Uint8Array(33) } : item)),
    }));
    const problems = journalProblems(await check());
    expect(problems.map(({ code, where: { seq } }) => `${seq} ${code}`)).toEqual([
      '2 record-damaged',
      '2 commit-damaged',
      '2 commit-damaged',
      '3 checkpoint-damaged',
      '5 commit-damaged',
      '5 commit-damaged',
      '6 checkpoint-damaged',
    ]);
  });

  test('a record left out: the walk stops where the next commit does not continue', async () => {
    await forgeCommit(2, (commit) => ({ ...commit, items: commit.items.slice(0, -1) }));
    const problems = journalProblems(await check());
    expect(problems.map(({ code, where: { seq } }) => `${seq} ${code}`)).toEqual([
      '2 commit-damaged',
      '2 commit-damaged',
      '3 journal-damaged',
    ]);
  });

  test('a body that is no record', async () => {
    await forgeCommit(2, (commit) => ({
      ...commit,
      items: commit.items.map((item, i) =>
        i === 10 ? { ...item, body: Buffer.from('\u0001{"header":{"id":"","number":""},"lookups":[]}') } : item,
      ),
    }));
    expect(journalProblems(await check())).toMatchObject([{ code: 'record-damaged', where: { seq: 2, record: 13n } }]);
  });

  test('a last time that falls', async () => {
    await forgeCommit(5, (commit) => ({ ...commit, head: { ...commit.head, lastTimeMs: 1 } }));
    const problems = journalProblems(await check());
    expect(problems[0]).toMatchObject({ code: 'record-damaged', where: { seq: 5, record: 303n } });
    expect(problems.at(-1)).toMatchObject({ code: 'commit-damaged', where: { seq: 5 } });
  });

  test('notes by another key, with a forged signature, of another size, or no notes', async () => {
    const other = verifierKey('other.test', new Uint8Array(32).fill(1));
    const unsigned = await checkStore({ dir, vkeys: () => [other] });
    expect(unsigned.problems).toHaveLength(6);
    expect(unsigned.problems[0]).toMatchObject({ code: 'commit-damaged', where: { seq: 0, offset: 0 } });
    expect(unsigned.problems[0]!.message.en).toContain('is unsigned');
    for (const [change, message] of [
      [
        (note: string) =>
          note.replace(/.(.{20}\n)$/, (_, rest: string) => `${note.at(-22) === 'A' ? 'B' : 'A'}${rest}`),
        'is forged',
      ],
      [() => checkpointOf({ ...emptyHead(), size: 303n }).note, 'states root'],
      [() => emptyHead().note, 'states size 0'],
      [() => 'no note', 'cannot be read: signed note has no blank line'],
    ] as const) {
      await forgePublished(3, (checkpoint) => ({ ...checkpoint, note: change(checkpoint.note) }));
      const [problem] = journalProblems(await check());
      expect(problem).toMatchObject({ code: 'checkpoint-damaged', where: { seq: 3 } });
      expect(problem!.message.en).toContain(message);
    }
  });

  test('a published size that no commit made', async () => {
    await forgePublished(6, (checkpoint) => ({ ...checkpoint, size: 304n }));
    expect(journalProblems(await check())).toMatchObject([{ code: 'checkpoint-damaged', where: { seq: 6 } }]);
  });
});

describe('index', () => {
  test('missing, changed and surplus rows are all listed, with key and record, and no case number', async () => {
    await putRow(recordKey(17n));
    await putRow(sealRow(recordKey(18n), encodeBody(ledger.items[19]!.record)));
    await putRow(mirrorKey(findKey('.id', recordId(20), 20n)));
    await putRow(sealRow(findKey('case', 'nobody', 3n)));
    await putRow({ key: bundleKey(0n), value: Buffer.of(1, 2, 3) });
    const { ok, problems } = await check();
    expect(ok).toBe(false);
    const listed = problems.map(({ code, where, message }) => ({ code, where, message: message.en }));
    expect(listed).toEqual([
      {
        code: 'index-damaged',
        where: { key: 'bundle 0' },
        message: 'index row bundle 0 differs from the value that the journal makes',
      },
      {
        code: 'index-damaged',
        where: { key: 'look-up case … of record 3', record: 3n },
        message: 'index row look-up case … of record 3 should not be there',
      },
      { code: 'index-damaged', where: { key: 'record 17', record: 17n }, message: 'index row record 17 is missing' },
      {
        code: 'index-damaged',
        where: { key: 'record 18', record: 18n },
        message: 'index row record 18 differs from the value that the journal makes',
      },
      {
        code: 'index-damaged',
        where: { key: `look-up .id "${recordId(20)}" of record 20 (second copy)`, record: 20n },
        message: `index row look-up .id "${recordId(20)}" of record 20 (second copy) is missing`,
      },
    ]);
    expect(problems[1]!.message.zh).toBe('索引行“检索 case …（序号 3）”是多余的');
    expect(problems[0]!.repair).toBe('rebuild');
    await rebuildIndex({ dir });
    expect(await check()).toMatchObject({ ok: true });
  });

  test('reads detect the same changes', async () => {
    await putRow(recordKey(17n));
    await putRow({ key: recordKey(18n), value: sealRow(recordKey(19n), encodeBody(ledger.items[19]!.record)).value });
    await putRow(findKey('.id', recordId(20), 20n));
    await putRow(mirrorKey(findKey('.id', recordId(21), 21n)));
    await putRow({ key: bundleKey(0n), value: Buffer.of(1, 2, 3) });
    const store = await openStore({ dir });
    const found = (key: RegExp) =>
      expect.objectContaining({ code: 'index-damaged', message: expect.stringMatching(key) as string }) as Error;
    await expect(store.record(17n)).rejects.toThrow(found(/record 17 is missing/));
    await expect(store.record(18n)).rejects.toThrow(found(/record 18 does not have the crc32/));
    await expect(store.indexOfId(recordId(20))).rejects.toThrow(found(/of record 20 is missing/));
    await expect(store.indexOfId(recordId(21))).rejects.toThrow(found(/of record 21 \(second copy\)/));
    await expect(store.bundle(0n, 5)).rejects.toThrow(found(/bundle 0 has a value of 3 bytes/));
    expect(await store.record(19n)).toEqual(ledger.items[19]!.record);
    await store.close();
  });

  test('not there', async () => {
    rmSync(join(dir, 'index'), { recursive: true });
    expect(await check()).toMatchObject({ ok: false, size: 305n, problems: [{ code: 'index-unusable' }] });
    expect(existsSync(join(dir, 'index', 'CURRENT'))).toBe(false);
  });

  test('more problems than are listed are counted', async () => {
    for (let i = 0; i < 5; i++) await putRow(recordKey(BigInt(i)));
    expect(await checkStore({ dir, vkeys: () => [VKEY], maxProblems: 2 })).toMatchObject({
      ok: false,
      omittedCount: 3,
    });
  });
});
