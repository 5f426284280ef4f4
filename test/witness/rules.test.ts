import { describe, expect, test } from 'vitest';
import { portableTreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { parseVkey } from '../../src/protocol/note/vkey.ts';
import { LedgerError } from '../../src/text/ledger-error.ts';
import type { Alarm, CosignedCheckpoint } from '../../src/witness/ports.ts';
import { Witness } from '../../src/witness/witness.ts';
import { sha256 } from '../oracle/merkle.ts';
import { checkpointText, signatureLine, signedNote, testKey } from '../oracle/note.ts';
import { cosignatureLine } from '../oracle/witness.ts';
import {
  bodyOf,
  type ForeignLog,
  foreignLog,
  hashedOrigin,
  noteAt,
  proofBetween,
  requestFor,
  rootAt,
} from './foreign-log.ts';
import { MemoryWitnessState } from './memory-state.ts';
import { signerOf, WITNESS } from './signer.ts';

/**
 * The rules of C2SP tlog-witness, in memory, against logs and cosignatures that the oracle makes.
 */

const NOW = 1_790_000_000n;
const log = foreignLog('log.example/a');
const stranger = testKey(log.origin, 99);

async function witnessOf(
  logs: readonly ForeignLog[],
  { state = new MemoryWitnessState(), clock = () => NOW }: { state?: MemoryWitnessState; clock?: () => bigint } = {},
) {
  const alarms: Alarm[] = [];
  for (const { origin } of logs) await state.register(origin);
  const watched = logs.map(({ origin, keys }) => ({ origin, keys: keys.map(({ vkey }) => parseVkey(vkey)) }));
  const witness = new Witness({
    logs: () => watched,
    state,
    signer: signerOf(WITNESS),
    clock,
    hasher: portableTreeHasher,
    onAlarm: async (alarm) => void alarms.push(alarm),
  });
  const add = (body: string) => witness.addCheckpoint(Buffer.from(body));
  return { witness, state, alarms, add };
}

async function witnessAt(size: number) {
  const made = await witnessOf([log]);
  if (size > 0) expect(await made.add(requestFor(log, 0, size))).toMatchObject({ status: 200 });
  return made;
}

/** Status and, of a refusal, its code. */
function inShort({ status, body }: { readonly status: number; readonly body: string }): string {
  return status === 200 ? '200' : `${status} ${body.split(':')[0]!.trim()}`;
}

describe('a checkpoint that extends the last one', () => {
  test('is answered with a cosignature, and kept with the log’s signature and it', async () => {
    const { add, witness } = await witnessAt(0);
    const note = noteAt(log, 5);
    const line = cosignatureLine(WITNESS, note.slice(0, note.lastIndexOf('\n\n') + 1), NOW);
    expect(await add(requestFor(log, 0, 5))).toEqual({
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: line,
    });
    expect(await witness.latest(hashedOrigin(log))).toEqual({
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: note + line,
    });
  });

  test('from every size to every size', async () => {
    for (let from = 0; from <= 17; from++) {
      for (let to = from; to <= 17; to++) {
        const { add, state, alarms } = await witnessAt(from);
        expect([from, to, (await add(requestFor(log, from, to))).status]).toEqual([from, to, 200]);
        expect(await state.latest(log.origin)).toMatchObject({
          size: BigInt(to),
          root: new Uint8Array(rootAt(log, to)),
        });
        expect(alarms).toEqual([]);
      }
    }
  });

  test('the same checkpoint again gets a new time', async () => {
    let now = NOW;
    const { add, state } = await witnessOf([log], { clock: () => now });
    await add(requestFor(log, 0, 5));
    now += 60n;
    expect((await add(requestFor(log, 5, 5))).status).toBe(200);
    expect((await state.latest(log.origin))?.timeSeconds).toBe(NOW + 60n);
  });

  test.each([0n, -5n])('has a time that is not 0 and never falls (clock %s)', async (clock) => {
    let now = clock;
    const { add, state } = await witnessOf([log], { clock: () => now });
    await add(requestFor(log, 0, 3));
    expect((await state.latest(log.origin))?.timeSeconds).toBe(1n);
    now = NOW;
    await add(requestFor(log, 3, 5));
    now = NOW - 3600n;
    await add(requestFor(log, 5, 7));
    expect((await state.latest(log.origin))?.timeSeconds).toBe(NOW);
  });
});

/** The rows of the specification's table in their order; each spoils a good request from 5 to 7. */
interface Draft {
  origin: string;
  key: typeof stranger;
  oldSize: number;
  proof: readonly (Uint8Array | string)[];
}
const ROWS: readonly (readonly [answer: string, spoil: (draft: Draft) => void])[] = [
  ['400 base64-invalid', (draft) => (draft.proof = [...draft.proof, 'no hash'])],
  ['404 origin-unknown', (draft) => (draft.origin = 'log.example/never')],
  ['403 signature-wrong', (draft) => (draft.key = stranger)],
  ['400 old-size-too-large', (draft) => (draft.oldSize = 8)],
  ['409 5', (draft) => (draft.oldSize = Math.max(draft.oldSize === 5 ? 3 : draft.oldSize, 3))],
  ['422 proof-wrong', (draft) => (draft.proof = [Buffer.alloc(32), ...draft.proof])],
];

test('of several faults the first in the order of the specification is answered', async () => {
  const { add, witness, state } = await witnessAt(5);
  const before = await witness.latest(hashedOrigin(log));
  for (let set = 1; set < 1 << ROWS.length; set++) {
    const draft: Draft = { origin: log.origin, key: log.keys[0]!, oldSize: 5, proof: proofBetween(log, 5, 7) };
    const faults = ROWS.filter((_, i) => (set & (1 << i)) !== 0);
    for (const [, spoil] of faults) spoil(draft);
    const note = signedNote(checkpointText(draft.origin, 7, rootAt(log, 7)), draft.key);
    const hashes = draft.proof.map(
      (hash) => `${typeof hash === 'string' ? hash : Buffer.from(hash).toString('base64')}\n`,
    );
    const answer = await add(`old ${draft.oldSize}\n${hashes.join('')}\n${note}`);
    expect([set, inShort(answer)]).toEqual([set, faults[0]![0]]);
  }
  expect(await witness.latest(hashedOrigin(log))).toEqual(before);
  expect((await state.latest(log.origin))?.size).toBe(5n);
});

test('409 has the size, as specified', async () => {
  const { add } = await witnessAt(0);
  const conflict = (size: number) => ({ status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` });
  expect(await add(bodyOf(2, [], noteAt(log, 5)))).toEqual(conflict(0));
  await add(requestFor(log, 0, 7));
  for (const [oldSize, size] of [
    [0, 0],
    [0, 9],
    [3, 5],
    [5, 7],
    [8, 9],
  ] as const) {
    expect(await add(requestFor(log, oldSize, size))).toEqual(conflict(7));
  }
});

describe('422', () => {
  test('a tree of size 0 has one root', async () => {
    const { add, alarms } = await witnessAt(0);
    const note = noteAt(log, 0, { root: rootAt(log, 1) });
    expect(inShort(await add(bodyOf(0, [], note)))).toBe('422 root-differs');
    expect(alarms).toMatchObject([{ code: 'root-differs', stored: undefined }]);
    expect(inShort(await add(requestFor(log, 0, 0)))).toBe('200');
    expect(inShort(await add(bodyOf(0, [], note)))).toBe('422 root-differs');
    expect(inShort(await add(requestFor(log, 0, 4)))).toBe('200');
  });

  test('nothing is proved from size 0, nor to the same size', async () => {
    const { add, alarms } = await witnessAt(0);
    const hash = [sha256('x')];
    expect(inShort(await add(bodyOf(0, hash, noteAt(log, 5))))).toBe('422 proof-not-empty');
    expect(inShort(await add(bodyOf(0, hash, noteAt(log, 0))))).toBe('422 proof-not-empty');
    await add(requestFor(log, 0, 5));
    expect(inShort(await add(bodyOf(5, hash, noteAt(log, 5))))).toBe('422 proof-not-empty');
    expect(alarms).toEqual([]);
  });

  test('the same size with another root is an alarm that holds both', async () => {
    const { add, alarms, state } = await witnessAt(5);
    const stored = await state.latest(log.origin);
    const forked = { ...foreignLog(log.origin, log.keys, 'other '), keys: log.keys };
    const body = requestFor(forked, 5, 5);
    expect(inShort(await add(body))).toBe('422 root-differs');
    expect(alarms).toMatchObject([{ origin: log.origin, code: 'root-differs', stored, submission: { source: body } }]);
    expect(await state.latest(log.origin)).toEqual(stored);
  });

  test('a proof that is wrong in any byte, too short, too long, or of another pair of sizes', async () => {
    for (const [from, to] of [
      [1, 2],
      [5, 7],
      [8, 11],
      [6, 13],
    ] as const) {
      const { add, alarms, state } = await witnessAt(from);
      const proof = proofBetween(log, from, to);
      const wrong = [
        proof.slice(1),
        proof.slice(0, -1),
        [...proof, sha256('x')],
        [sha256('x'), ...proof],
        proof.toReversed(),
        proofBetween(log, from, to + 1),
        ...proof.flatMap((hash, i) =>
          Array.from({ length: 32 }, (_, n) => proof.with(i, flipped(hash, 8 * n + (n % 8)))),
        ),
      ].filter((each) => Buffer.concat(each).compare(Buffer.concat(proof)) !== 0);
      const note = noteAt(log, to);
      const answers = new Set<string>();
      for (const each of wrong) answers.add(inShort(await add(bodyOf(from, each, note))));
      expect([...answers]).toEqual(['422 proof-wrong']);
      expect(alarms).toHaveLength(wrong.length);
      expect((await state.latest(log.origin))?.size).toBe(BigInt(from));
    }
  });

  test('a log that was rewritten, with the best proof it can give', async () => {
    const { add, alarms } = await witnessAt(5);
    const rewritten = foreignLog(log.origin, log.keys, 'other ');
    expect(inShort(await add(requestFor(rewritten, 5, 9)))).toBe('422 proof-wrong');
    expect(alarms).toMatchObject([{ code: 'proof-wrong' }]);
  });
});

describe('logs of others', () => {
  test('an origin with spaces, a key of another name, lines of extension', async () => {
    const sums = foreignLog('go.sum database tree', [testKey('sum.golang.org', 3)]);
    const { add, witness } = await witnessOf([sums]);
    const note = noteAt(sums, 4, { extensions: 'extension one\n— looks like a signature\n' });
    const { status, body } = await add(bodyOf(0, [], note));
    expect(status).toBe(200);
    // what is cosigned is the whole text
    expect(body).toBe(cosignatureLine(WITNESS, note.slice(0, note.lastIndexOf('\n\n') + 1), NOW));
    expect((await witness.latest(sha256(sums.origin).toString('hex'))).body).toBe(note + body);
  });

  test('several keys of a log: any of them will do, those that signed are kept, no others', async () => {
    const [first, second] = [testKey('log.example/a', 1), testKey('log.example/renamed', 2)];
    const rotating = foreignLog('log.example/a', [first, second]);
    const { add, state } = await witnessOf([rotating]);
    const cosignatureOfOther = cosignatureLine(testKey('witness.other/w', 8), noteAt(rotating, 1, { keys: [] }));
    const sent = noteAt(rotating, 3, { keys: [stranger, second, testKey('x', 5), first] });
    expect(inShort(await add(bodyOf(0, [], sent + cosignatureOfOther)))).toBe('200');
    const { note } = (await state.latest(rotating.origin))!;
    const kept = noteAt(rotating, 3, { keys: [second, first] });
    expect(note.slice(0, note.lastIndexOf('— '))).toBe(kept);
    for (const [oldSize, size, keys] of [
      [3, 5, [first]],
      [5, 6, [second]],
    ] as const) {
      const request = bodyOf(oldSize, proofBetween(rotating, oldSize, size), noteAt(rotating, size, { keys }));
      expect(inShort(await add(request))).toBe('200');
    }
  });

  test('a line that names a trusted key and is not by it spoils the note, wherever it stands', async () => {
    const [first, second] = [testKey('log.example/a', 1), testKey('log.example/b', 2)];
    const rotating = foreignLog('log.example/a', [first, second]);
    const { add } = await witnessOf([rotating]);
    const good = noteAt(rotating, 3, { keys: [first] });
    const forgedLine = signatureLine(second.name, second.id, Buffer.alloc(64, 1));
    const forgedFirst = good.replace('\n\n', `\n\n${forgedLine}`);
    for (const note of [good + forgedLine, forgedFirst]) {
      expect(inShort(await add(bodyOf(0, [], note)))).toBe('403 signature-wrong');
    }
    // the name alone, or the id alone, is another key
    for (const [name, id] of [
      [second.name, first.id],
      ['log.example/c', second.id],
    ] as const) {
      const { add: addFresh } = await witnessOf([rotating]);
      const foreign = signatureLine(name, id, Buffer.alloc(64, 1));
      expect(inShort(await addFresh(bodyOf(0, [], good + foreign)))).toBe('200');
    }
  });

  test('a checkpoint that was signed for another origin is not that log’s', async () => {
    const other = foreignLog('log.example/b', [testKey('log.example/b', 4)]);
    const { add } = await witnessOf([log, other]);
    expect(inShort(await add(bodyOf(0, [], noteAt(other, 3, { keys: log.keys }))))).toBe('403 signature-wrong');
  });
});

describe('400', () => {
  const good = requestFor(log, 0, 5);
  test.each([
    ['', 'add-checkpoint-malformed'],
    ['old 0\n', 'add-checkpoint-malformed'],
    [good.replace('old 0', 'old 00'), 'decimal-invalid'],
    [good.replace('old 0', 'old -1'), 'decimal-invalid'],
    [good.replace('old 0', 'old'), 'add-checkpoint-malformed'],
    [good.replace('old 0', 'old 18446744073709551616'), 'decimal-too-large'],
    [good.replace('old 0\n', 'old 0\nAAAA\n'), 'length-wrong'],
    [good.replace('\n5\n', '\n05\n'), 'decimal-invalid'],
    [good.replaceAll('\n', '\r\n'), 'add-checkpoint-malformed'],
    [good.slice(0, -1), 'note-malformed'],
    [`old 0\n${'A'.repeat(43)}=\n`.padEnd(64 * 45, `${'A'.repeat(43)}=\n`) + '\n\n', 'add-checkpoint-malformed'],
  ])('%j', async (body, code) => {
    const { add } = await witnessAt(0);
    expect(inShort(await add(body))).toBe(`400 ${code}`);
  });

  test('bytes that are no UTF-8', async () => {
    const { witness } = await witnessAt(0);
    const bytes = Buffer.concat([Buffer.from(good), Buffer.of(0xff)]);
    expect(inShort(await witness.addCheckpoint(bytes))).toBe('400 text-not-utf8');
  });
});

describe('many at once', () => {
  test('a hundred clients of one log make one chain of sizes', async () => {
    const { add, state } = await witnessAt(0);
    const steps: (readonly [from: number, to: number])[] = [];
    const client = async (to: number) => {
      for (let from = 0; from <= to;) {
        const { status, body } = await add(requestFor(log, from, to));
        expect([200, 409]).toContain(status);
        if (status === 200) steps.push([from, to]);
        from = status === 200 ? Infinity : Number(body);
      }
    };
    await Promise.all(Array.from({ length: 100 }, (_, i) => client(((i * 37) % 100) + 1)));
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.map(([from]) => from)).toEqual([0, ...steps.slice(0, -1).map(([, to]) => to)]);
    expect((await state.latest(log.origin))?.size).toBe(100n);
  });

  test('logs do not wait for each other', async () => {
    const slow = foreignLog('log.example/slow');
    const held = Promise.withResolvers<void>();
    class HeldState extends MemoryWitnessState {
      override async advance(origin: string, expectedSize: bigint, next: CosignedCheckpoint): Promise<boolean> {
        if (origin === slow.origin) await held.promise;
        return super.advance(origin, expectedSize, next);
      }
    }
    const { add } = await witnessOf([log, slow], { state: new HeldState() });
    const waiting = [add(requestFor(slow, 0, 3)), add(requestFor(slow, 3, 3))];
    expect(inShort(await add(requestFor(log, 0, 5)))).toBe('200');
    held.resolve();
    expect((await Promise.all(waiting)).map(inShort)).toEqual(['200', '200']);
  });

  test('requests beyond the queue of one log are asked to retry', async () => {
    const held = Promise.withResolvers<void>();
    class HeldState extends MemoryWitnessState {
      override async advance(origin: string, expectedSize: bigint, next: CosignedCheckpoint): Promise<boolean> {
        await held.promise;
        return super.advance(origin, expectedSize, next);
      }
    }
    const { add } = await witnessOf([log], { state: new HeldState() });
    const body = requestFor(log, 0, 3);
    const asked = Array.from({ length: 258 }, () => add(body));
    expect((await Promise.all(asked.slice(256))).map(inShort)).toEqual(Array(2).fill('503 too-many-waiting'));
    held.resolve();
    expect((await Promise.all(asked.slice(0, 256))).map(inShort)).toEqual(['200', ...Array<string>(255).fill('409 3')]);
    expect(inShort(await add(requestFor(log, 3, 4)))).toBe('200');
  });

  test('a request that loses to another writer of the state gets the new size', async () => {
    class SharedState extends MemoryWitnessState {
      override async advance(origin: string, expectedSize: bigint, next: CosignedCheckpoint): Promise<boolean> {
        await super.advance(origin, expectedSize, { ...next, size: 11n });
        return super.advance(origin, expectedSize, next);
      }
    }
    const { add } = await witnessOf([log], { state: new SharedState() });
    expect(await add(requestFor(log, 0, 5))).toMatchObject({ status: 409, body: '11\n' });
  });
});

describe('a state that cannot be used', () => {
  test.each(['state-failed', 'state-damaged'] as const)(
    '%s: no cosignature, and no internals in the answer',
    async (code) => {
      const file = '/srv/witness/state';
      const reason = { zh: '没有权限', en: 'permission denied' };
      const failure = new LedgerError(code, { file, reason, origin: log.origin, fault: reason });
      class BrokenState extends MemoryWitnessState {
        override advance(): Promise<boolean> {
          return Promise.reject(failure);
        }

        override latest(origin: string) {
          return code === 'state-failed' ? super.latest(origin) : Promise.reject(failure);
        }
      }
      const { add, witness } = await witnessOf([log], { state: new BrokenState() });
      const answer = await add(requestFor(log, 0, 5));
      expect(inShort(answer)).toBe(`503 ${code}`);
      expect(answer.body).not.toContain('/srv');
      if (code === 'state-damaged') expect(inShort(await witness.latest(hashedOrigin(log)))).toBe(`503 ${code}`);
    },
  );

  test('an unexpected error passes through', async () => {
    class WrongState extends MemoryWitnessState {
      override latest(): Promise<CosignedCheckpoint | undefined> {
        return Promise.reject(new TypeError('a bug'));
      }
    }
    const { add } = await witnessOf([log], { state: new WrongState() });
    await expect(add(requestFor(log, 0, 5))).rejects.toThrow('a bug');
  });
});

test('the newest checkpoint of a log that is not known, or has none, is not found', async () => {
  const { witness } = await witnessAt(0);
  expect(inShort(await witness.latest(hashedOrigin(log)))).toBe('404 nothing-cosigned');
  for (const hash of ['', 'ab'.repeat(32), hashedOrigin(log).toUpperCase(), log.origin]) {
    expect(inShort(await witness.latest(hash))).toBe('404 origin-unknown');
  }
});

function flipped(hash: Buffer, bit: number): Buffer {
  const bytes = Buffer.from(hash);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return bytes;
}
