import { describe, expect, test } from 'vitest';
import { toBase64 } from '../../src/protocol/encoding/bytes.ts';
import type { CosignerAnswer } from '../../src/log/model.ts';
import { askStatement } from '../../src/log/witness-heads.ts';
import type { ExternalCheckPolicy } from '../../src/log/external-head.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { checkpointText, signatureLine } from '../oracle/note.ts';
import { cosignatureLine, testWitness } from '../oracle/witness.ts';
import { draftOf, type MemoryLog, openMemoryLog, signer } from './memory-log.ts';
import { type Company, companyOf, ScriptedWitness, textOf } from './scripted-witness.ts';
import { httpStatus } from '../../src/text/answer-faults.ts';
import { WITNESS_FAULTS } from '../../src/text/log.ts';

const MINUTE_MS = 60_000;

/** The signers of the newest published checkpoint, the log first. */
function signers({ store }: MemoryLog): string[] {
  return parseNote(store.published()!.note).signatures.map(({ name }) => name);
}

/** A note of another tree, signed by the log's own key. */
function ownNoteOf(size: number, fill: number): string {
  const text = checkpointText(signer.origin, size, new Uint8Array(32).fill(fill));
  const { name, keyId, signature } = signer.sign(Buffer.from(text));
  return `${text}\n${signatureLine(name, keyId, signature)}`;
}

/** Lets pending answers arrive that need no time. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function opened(...given: readonly ScriptedWitness[]) {
  const witnesses = given.length > 0 ? given : [new ScriptedWitness('court', 1), new ScriptedWitness('notary', 2)];
  const company = companyOf(witnesses.length, ...witnesses);
  const memory = await openMemoryLog({ witnesses: company, anchorIntervalMs: 0 });
  return { memory, company, court: witnesses[0]!, notary: witnesses[1]! };
}

/** One more record, published. */
async function grow(memory: MemoryLog, name = 'a'): Promise<void> {
  await memory.register(name);
  await memory.log.publishStep();
}

describe('publication', () => {
  test('carries the lines of all, in the order of the policy', async () => {
    const { memory, court, notary, company } = await opened();
    court.answer = async (request) => {
      await settled();
      return court.cosign(request);
    };
    await grow(memory);
    expect(signers(memory)).toEqual([signer.origin, 'court.test/witness', 'notary.test/witness']);
    expect(company.events.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'witness-answers notary',
      'witness-answers court',
    ]);
    expect(notary.asked).toMatchObject([{ oldSize: 0n, proof: [] }]);
    expect(parseNote(notary.asked[0]!.note).signatures).toHaveLength(1);
  });

  test('the next request builds on the size that was cosigned, with a proof', async () => {
    const { memory, court } = await opened();
    await grow(memory, 'a');
    await memory.register('b');
    await grow(memory, 'c');
    expect(court.asked.map(({ oldSize, proof }) => [oldSize, proof.length])).toEqual([
      [0n, 0],
      [1n, 2],
    ]);
    expect(court.asked[1]!.proof).toEqual(await memory.log.reader.consistencyProof(1n, 3n));
  });

  test('after a restart the witness reports its size, and is asked once more from there', async () => {
    const { memory, court } = await opened();
    await grow(memory, 'a');
    court.asked.length = 0;
    const again = await openMemoryLog({ store: memory.store, chain: memory.chain, witnesses: companyOf(1, court) });
    await grow(again, 'b');
    expect(court.asked.map(({ oldSize, proof }) => [oldSize, proof.length])).toEqual([
      [0n, 0],
      [1n, 1],
    ]);
    expect(signers(again)).toEqual([signer.origin, 'court.test/witness']);
  });

  test('waits for the slow only until the limit; what comes later is added to the same size', async () => {
    const { memory, court, notary, company } = await opened();
    let late: (() => void) | undefined;
    court.answer = (request) => new Promise((resolve) => (late = () => resolve(court.cosign(request))));
    await memory.register('a');
    const step = memory.log.publishStep();
    await settled();
    expect(memory.store.published()).toBeUndefined();
    company.expireTimeout();
    await step;
    expect(signers(memory)).toEqual([signer.origin, 'notary.test/witness']);
    late!();
    await settled();
    await memory.log.publishStep();
    expect(memory.store.published()!.size).toBe(1n);
    expect(signers(memory)).toEqual([signer.origin, 'court.test/witness', 'notary.test/witness']);
    await memory.log.publishStep();
    expect([court.asked.length, notary.asked.length]).toEqual([1, 1]);
  });

  test('does not wait for a witness whose answer is still open, and a registration waits for none', async () => {
    const { memory, court, company } = await opened();
    court.answer = () => new Promise(() => {});
    await memory.register('a');
    const step = memory.log.publishStep();
    await settled();
    expect(await memory.register('b')).toBe(1n);
    company.expireTimeout();
    await step;
    await memory.log.publishStep();
    expect([memory.store.published()!.size, court.asked.length]).toEqual([2n, 1]);
  });

  test('a witness that always answers too late is waited for once, and again once it is quick', async () => {
    const { memory, court, company } = await opened();
    let answers: (() => void) | undefined;
    court.answer = (request) => new Promise((resolve) => (answers = () => resolve(court.cosign(request))));
    const waited: boolean[] = [];
    for (const [name, takesMs] of Object.entries({ a: 5000, b: 5000, c: 1000, d: 1000 })) {
      await memory.register(name);
      let isDone = false;
      const step = memory.log.publishStep().then(() => (isDone = true));
      await settled();
      waited.push(!isDone);
      company.expireTimeout();
      await step;
      memory.nowMs += takesMs;
      answers!();
      await settled();
      await memory.log.publishStep();
    }
    expect(waited).toEqual([true, false, false, true]);
    expect(signers(memory)).toEqual([signer.origin, 'court.test/witness', 'notary.test/witness']);
  });

  test('a late answer for a size that is not the newest any more is kept there', async () => {
    const { memory, court, company } = await opened();
    let late: (() => void) | undefined;
    court.answer = (request) => new Promise((resolve) => (late = () => resolve(court.cosign(request))));
    await memory.register('a');
    const step = memory.log.publishStep();
    await settled();
    company.expireTimeout();
    await step;
    await grow(memory, 'b');
    late!();
    await settled();
    await memory.log.publishStep();
    expect(parseNote((await memory.store.publishedAt(1n))!.note).signatures).toHaveLength(3);
    expect(memory.store.published()!.size).toBe(2n);
  });

  test('a silent witness is asked again with pauses, and not waited for', async () => {
    const { memory, court, company } = await opened();
    court.answer = () => ({ status: 'unavailable', reason: httpStatus(503) });
    await grow(memory);
    expect(signers(memory)).toEqual([signer.origin, 'notary.test/witness']);
    await memory.log.publishStep();
    expect(court.asked).toHaveLength(1);
    for (let second = 0; second < 300; second++) {
      memory.nowMs += 1000;
      await memory.log.publishStep();
      await settled();
    }
    expect(court.asked.length).toBeGreaterThan(9);
    expect(court.asked.length).toBeLessThan(30);
    expect(company.events).toMatchObject([{ name: 'court', code: 'witness-silent', text: { en: 'HTTP 503' } }, {}]);
    expect(memory.log.witnesses[0]).toMatchObject({
      state: 'witness-silent',
      outcomes: { 'witness-silent': court.asked.length },
    });

    court.answer = undefined;
    memory.nowMs += MINUTE_MS;
    await memory.log.publishStep();
    await settled();
    await memory.log.publishStep();
    expect(signers(memory)).toEqual([signer.origin, 'court.test/witness', 'notary.test/witness']);
    expect(company.events.at(-1)).toEqual({ type: 'witness-answers', name: 'court' });
  });

  test('a silent witness is asked again also where the log grows all the time', async () => {
    const { memory, court } = await opened();
    court.answer = () => ({ status: 'unavailable', reason: httpStatus(503) });
    await grow(memory);
    court.answer = undefined;
    for (let second = 0; second < 3; second++) {
      memory.nowMs += 1000;
      await grow(memory, `${second}`);
      await settled();
    }
    expect(signers(memory)).toEqual([signer.origin, 'court.test/witness', 'notary.test/witness']);
  });

  test('Retry-After is heeded, up to an hour', async () => {
    for (const [askedMs, pauseMs] of [
      [600_000, 600_000],
      [1e9, 3_600_000],
    ] as const) {
      const { memory, court } = await opened(new ScriptedWitness('court', 1));
      court.answer = () => ({ status: 'unavailable', reason: httpStatus(429), retryAfterMs: askedMs });
      await grow(memory);
      memory.nowMs += pauseMs - 1;
      await memory.log.publishStep();
      expect(court.asked).toHaveLength(1);
      memory.nowMs += 1;
      await memory.log.publishStep();
      expect(court.asked).toHaveLength(2);
    }
  });

  test('a clock that was set back silences no witness, and causes no request every second', async () => {
    const { memory, court } = await opened(new ScriptedWitness('court', 1));
    court.answer = () => ({ status: 'unavailable', reason: httpStatus(503), retryAfterMs: 3_600_000 });
    await grow(memory);
    memory.nowMs -= 365 * 24 * 60 * MINUTE_MS;
    await memory.log.publishStep();
    expect(court.asked).toHaveLength(2);
    await memory.log.publishStep();
    expect(court.asked).toHaveLength(2);
  });

  test('cosignatures of a log that does not grow are renewed every half hour', async () => {
    const { memory, court } = await opened(new ScriptedWitness('court', 1));
    await grow(memory);
    const { note } = memory.store.published()!;
    memory.nowMs += 30 * MINUTE_MS - 1;
    await memory.log.publishStep();
    expect(court.asked).toHaveLength(1);
    memory.nowMs += 1;
    await memory.log.publishStep();
    await settled();
    await memory.log.publishStep();
    expect(court.asked).toMatchObject([{}, { oldSize: 1n, proof: [] }]);
    const renewed = memory.store.published()!.note;
    expect([renewed === note, textOf(renewed) === textOf(note), signers(memory).length]).toEqual([false, true, 2]);
  });

  test('where a proof cannot be read, the checkpoint is published and the error reported', async () => {
    const { memory, court } = await opened(new ScriptedWitness('court', 1));
    await grow(memory, 'a');
    memory.store.tile = () => Promise.reject(new Error('the disk is gone'));
    await memory.register('b');
    await expect(memory.log.publishStep()).rejects.toThrow('the disk is gone');
    expect([memory.store.published()!.size, court.asked.length]).toEqual([2n, 1]);
  });
});

describe('what a witness answers is not believed', () => {
  const stranger = testWitness('court.test/witness', 77);
  const other = checkpointText(signer.origin, 9, new Uint8Array(32));
  test.each<[string, (own: ScriptedWitness, text: string) => string]>([
    ['nothing', () => ''],
    ['no signature lines', () => '<html>'],
    ['a line over another text', (own) => own.line(other)],
    ['a line by another key of the same name', (_, text) => cosignatureLine(stranger, text)],
    [
      'a line with the name and id of the witness by another key',
      (own, text) => cosignatureLine({ ...own.testKey, privateKey: stranger.privateKey }, text),
    ],
    ['a line of time 0', (own, text) => cosignatureLine(own.testKey, text, 0)],
    ['a line that is cut', (own, text) => own.line(text).slice(0, 40)],
  ])('%s', async (_, lines) => {
    const { memory, court } = await opened(new ScriptedWitness('court', 1));
    court.answer = ({ note }) => ({ status: 'cosigned', lines: lines(court, textOf(note)) });
    await grow(memory);
    expect(signers(memory)).toEqual([signer.origin]);
    expect(memory.log.witnesses).toMatchObject([{ state: 'witness-silent' }]);
  });

  test('of many lines the newest that verifies is taken, and no other', async () => {
    const { memory, court } = await opened(new ScriptedWitness('court', 1));
    court.answer = ({ note }) => {
      const [text, older] = [textOf(note), court.line(textOf(note))];
      const lines = [cosignatureLine(stranger, text), older, court.line(text), court.line(other)];
      return { status: 'cosigned', lines: lines.join('') };
    };
    await grow(memory);
    expect(signers(memory)).toEqual([signer.origin, 'court.test/witness']);
    const time = parseNote(memory.store.published()!.note).signatures[1]!.signature.subarray(0, 8);
    expect(Buffer.from(time).readBigUInt64BE()).toBe(1_790_000_001n);
  });
});

describe('refusals and contradictions', () => {
  test('a witness that does not know the log is an alarm', async () => {
    const { memory, court, company } = await opened(new ScriptedWitness('court', 1));
    court.answer = () => ({ status: 'refused', reason: httpStatus(404) });
    await grow(memory);
    expect(company.events).toMatchObject([{ type: 'witness-problem', code: 'witness-refuses' }]);
    expect([memory.halts, court.heard]).toEqual([[], 0]);
  });

  const shown: readonly [string, (memory: MemoryLog) => string | undefined][] = [
    ['nothing', () => undefined],
    ['no note', () => 'nonsense'],
    [
      'a note without our signature',
      () => ownNoteOf(9, 1).replace(/— .*/, cosignatureLine(testWitness('x', 3), 'x\n').trim()),
    ],
    ['a note with a signature of ours over another text', () => ownNoteOf(9, 1).replace('\n9\n', '\n8\n')],
    ['a note of another log', () => ownNoteOf(9, 1).replace(signer.origin, 'other.test/log')],
    ['the checkpoint that we have', ({ store }) => store.head().note],
  ];
  test.each(shown)('conflict and ahead, and it shows %s: an alarm, and the log goes on [M84]', async (_, note) => {
    for (const [answer, code] of [
      [{ status: 'conflict', reason: httpStatus(422) }, 'witness-conflict'],
      [{ status: 'other-size', size: 9n }, 'witness-ahead'],
    ] as const) {
      const { memory, court, company } = await opened(new ScriptedWitness('court', 1));
      court.answer = () => {
        court.shown = note(memory);
        return answer;
      };
      await grow(memory);
      expect(company.events).toMatchObject([{ code }]);
      expect([court.heard, memory.halts]).toEqual([1, []]);
      expect(await memory.register('b')).toBe(1n);
      expect(signers(memory)).toEqual([signer.origin]);
    }
  });

  test('it shows what we signed of another tree: forked, with both heads', async () => {
    const { memory, court } = await opened(new ScriptedWitness('court', 1));
    court.answer = () => ({ status: 'conflict', reason: WITNESS_FAULTS.conflictWithoutSize });
    court.shown = ownNoteOf(1, 7);
    await grow(memory);
    const roots = [toBase64(new Uint8Array(32).fill(7)), toBase64(memory.store.head().root)];
    expect(memory.halts).toMatchObject([{ code: 'log-forked' }]);
    for (const root of roots) expect(memory.halts[0]!.message).toContain(root);
    expect(memory.halts[0]!.message).toContain('the witness court holds size 1');
    await expect(memory.register('b')).rejects.toMatchObject({ code: 'log-forked' });
    memory.nowMs += MINUTE_MS;
    await memory.log.publishStep();
    expect(court.asked).toHaveLength(1); // nothing is shown to witnesses any more
  });

  test('it shows what we signed and have not: rolled back', async () => {
    const { memory, court } = await opened(new ScriptedWitness('court', 1));
    court.answer = () => ({ status: 'other-size', size: 5n });
    court.shown = ownNoteOf(5, 7);
    await grow(memory);
    expect(memory.halts).toMatchObject([{ code: 'log-rolled-back' }]);
    expect(memory.halts[0]!.message).toMatch(
      /the witness court holds size 5 with root \S+, this log has size 1 with root/,
    );
  });

  test('a key that was revoked makes no contradiction', async () => {
    const court = new ScriptedWitness('court', 1);
    const company: Company = { ...companyOf(1, court), keys: [] };
    const memory = await openMemoryLog({ witnesses: company });
    court.answer = () => ({ status: 'other-size', size: 5n });
    court.shown = ownNoteOf(5, 7);
    await grow(memory);
    expect(memory.halts).toEqual([]);
  });
});

describe('a witness as the external head that must agree', () => {
  const demand = (more: Partial<ExternalCheckPolicy> = {}): ExternalCheckPolicy & { agreed: number } => {
    const made = {
      isRequired: true,
      isChainExternal: true,
      pinned: [],
      agreed: 0,
      onAgreed: () => void made.agreed++,
      ...more,
    };
    return made;
  };

  /** Two records, the first one cosigned; then a restart without a chain. */
  async function restarted() {
    const { memory, court } = await opened(new ScriptedWitness('court', 1));
    await grow(memory, 'a');
    await memory.register('b');
    memory.chain.isDown = true;
    const external = demand();
    const company = companyOf(1, court);
    const again = await openMemoryLog({ store: memory.store, chain: memory.chain, witnesses: company, external });
    return { again, court, external };
  }

  test('its cosigned checkpoint of this log is enough, and nothing is cosigned before', async () => {
    const { again, court, external } = await restarted();
    const cosigned = court.shown;
    court.shown = undefined;
    court.asked.length = 0;
    await again.log.publishStep();
    expect([again.log.isAwaitingExternalCheck, court.size]).toEqual([true, 1n]);
    expect(
      court.asked.map(({ oldSize }) => oldSize),
      'asked for its size only',
    ).toEqual([2n]);
    await expect(again.register('c')).rejects.toMatchObject({ code: 'outside-head-missing' });
    court.shown = cosigned;
    again.nowMs += MINUTE_MS;
    await again.log.publishStep();
    expect([again.log.isAwaitingExternalCheck, external.agreed]).toEqual([false, 1]);
    expect(await again.register('c')).toBe(2n);
  });

  test('without its line, or without ours, it is not', async () => {
    const { again, court, external } = await restarted();
    const lines = court.shown!.split('— ');
    for (const shown of [`${lines[0]}— ${lines[1]}`, `${lines[0]}— ${lines[2]}`]) {
      court.shown = shown;
      again.nowMs += MINUTE_MS;
      await again.log.publishStep();
      expect([again.log.isAwaitingExternalCheck, external.agreed, again.halts]).toEqual([true, 0, []]);
    }
    expect(court.heard).toBe(2);
  });

  test('what it remembers and this log has not ends all signing, cosigned or not', async () => {
    const { again, court, external } = await restarted();
    court.shown = ownNoteOf(9, 1);
    await again.log.publishStep();
    expect([again.halts.map(({ code }) => code), external.agreed]).toEqual([['log-rolled-back'], 0]);
  });

  test('it shows nothing and cosigns the newest checkpoint again: enough; another size is not', async () => {
    const { again, court, external } = await restarted();
    court.latest = async () => undefined;
    await again.log.publishStep();
    expect([again.log.isAwaitingExternalCheck, external.agreed]).toEqual([true, 0]);
    court.size = 2n;
    again.nowMs += MINUTE_MS;
    await again.log.publishStep();
    expect([again.log.isAwaitingExternalCheck, external.agreed]).toEqual([false, 1]);
  });

  test('a witness without memory is not made to remember this log by the question', async () => {
    const { again, court, external } = await restarted();
    [court.size, court.shown] = [0n, undefined];
    await again.log.publishStep();
    again.nowMs += MINUTE_MS;
    await again.log.publishStep();
    expect([court.size, external.agreed, again.log.isAwaitingExternalCheck]).toEqual([0n, 0, true]);
  });

  test.each<[string, CosignerAnswer, string]>([
    ['a larger size', { status: 'other-size', size: 9n }, 'witness-ahead'],
    ['another root', { status: 'conflict', reason: httpStatus(422) }, 'witness-conflict'],
  ])(
    'it shows nothing and states %s at the start: nothing is signed until it no longer does',
    async (_, answer, code) => {
      const { memory, court } = await opened(new ScriptedWitness('court', 1));
      await grow(memory, 'a');
      court.latest = async () => undefined;
      court.answer = () => answer;
      const stated = [(await askStatement(court, memory.store.head()))!];
      const company = companyOf(1, court);
      const external = demand({ isRequired: false, stated });
      const again = await openMemoryLog({ store: memory.store, chain: memory.chain, witnesses: company, external });
      expect(company.events).toMatchObject([{ type: 'witness-problem', code, isHolding: true }]);
      await expect(again.register('b')).rejects.toMatchObject({ code: 'witness-disagrees' });
      await again.log.publishStep();
      await expect(again.register('b')).rejects.toMatchObject({ code: 'witness-disagrees' });
      expect(again.log.isAnchoring).toBe(false);
      court.answer = undefined;
      again.nowMs += MINUTE_MS;
      await again.log.publishStep();
      expect(await again.register('b')).toBe(1n);
      expect(again.halts).toEqual([]);
    },
  );

  test('heads fetched before the start count as pins do', async () => {
    const { memory } = await opened(new ScriptedWitness('court', 1));
    await grow(memory, 'a');
    const { size, root } = memory.store.head();
    const head = { holder: { zh: '', en: 'the witness court' }, size, root, isCosigned: true };
    const options = { store: memory.store, chain: memory.chain };
    const external = demand({ witnessed: [head] });
    expect((await openMemoryLog({ ...options, external })).log.isAwaitingExternalCheck).toBe(false);
    const unsigned = await openMemoryLog({
      ...options,
      external: demand({ witnessed: [{ ...head, isCosigned: false }] }),
    });
    expect(unsigned.log.isAwaitingExternalCheck).toBe(true);
    const ahead = { ...head, size: 7n, isCosigned: false };
    const { halts } = await openMemoryLog({ ...options, external: demand({ isRequired: false, witnessed: [ahead] }) });
    expect(halts.map(({ code }) => code)).toEqual(['log-rolled-back']);
  });
});

describe('receipts', () => {
  async function anchored(memory: MemoryLog): Promise<void> {
    for (let i = 0; i < 3; i++) await memory.log.anchorStep();
  }
  const receiptOf = async ({ log, store }: MemoryLog, index: bigint) =>
    log.newestReceipt(index, (await store.record(index))!);
  const sizeAndLines = async (memory: MemoryLog, index: bigint) => {
    const { proof, anchor } = await receiptOf(memory, index);
    return [
      anchor?.size ?? parseNote(memory.store.published()!.note).text.split('\n')[1],
      proof.note.signatures.length,
    ];
  };

  test('show cosignatures before the anchor where the published checkpoint covers the record', async () => {
    const { memory } = await opened();
    const { log } = memory;
    const registered = await log.register(draftOf('a'));
    expect((await log.receiptOf(registered)).proof.note.signatures).toHaveLength(1); // did not wait
    await log.publishStep();
    await memory.register('b');
    const first = await receiptOf(memory, 0n);
    expect([first.anchor, first.proof.note.signatures.length, first.proof.path.length]).toEqual([null, 3, 0]);
    const second = await receiptOf(memory, 1n);
    expect([second.proof.note.signatures.length, second.proof.path.length]).toEqual([1, 1]);
  });

  test('take the first final anchor with the quorum, else the first', async () => {
    const { memory, court } = await opened();
    court.answer = () => ({ status: 'refused', reason: httpStatus(404) });
    await grow(memory, 'a');
    await anchored(memory);
    await grow(memory, 'b');
    await anchored(memory);
    expect(await sizeAndLines(memory, 0n)).toEqual([1n, 2]);
    court.answer = undefined;
    memory.nowMs += MINUTE_MS;
    await grow(memory, 'c');
    await settled();
    await memory.log.publishStep(); // the court is not waited for: it comes with the next step
    await settled();
    await memory.log.publishStep();
    await anchored(memory);
    expect(await sizeAndLines(memory, 0n)).toEqual([3n, 3]);
    expect(await sizeAndLines(memory, 1n)).toEqual([3n, 3]);
    await grow(memory, 'd');
    await anchored(memory);
    expect(await sizeAndLines(memory, 0n)).toEqual([3n, 3]);
    expect(await sizeAndLines(memory, 3n)).toEqual([4n, 3]);
  });

  test('an anchored checkpoint that gets its quorum later is found again', async () => {
    const { memory, court } = await opened();
    court.answer = () => ({ status: 'refused', reason: httpStatus(404) });
    await grow(memory, 'a');
    await anchored(memory);
    expect(await sizeAndLines(memory, 0n)).toEqual([1n, 2]);
    court.answer = undefined;
    memory.nowMs += MINUTE_MS;
    await memory.log.publishStep();
    await settled();
    await memory.log.publishStep();
    expect(await sizeAndLines(memory, 0n)).toEqual([1n, 3]);
    await grow(memory, 'b');
    await anchored(memory);
    expect(await sizeAndLines(memory, 0n)).toEqual([1n, 3]);
  });
});
