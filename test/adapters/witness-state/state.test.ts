import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileWitnessState } from '../../../src/adapters/witness-state/file-state.ts';
import { parseStateFile } from '../../../src/adapters/witness-state/state-file.ts';
import { utf8Text } from '../../../src/protocol/encoding/bytes.ts';
import { cosigned, testWitness } from '../../oracle/witness.ts';
import { foreignLog, hashedOrigin, noteAt } from '../../witness/foreign-log.ts';
import { MemoryWitnessState } from '../../witness/memory-state.ts';
import { cosignedAt, signerOf, WITNESS } from '../../witness/signer.ts';
import { describeState } from './state-conformance.ts';

const { key } = signerOf(WITNESS);

describeState('MemoryWitnessState', {
  create: async () => new MemoryWitnessState(),
  reopen: async (state) => state,
  end: async () => {},
});

let dir = '';
const newFolder = () => (dir = mkdtempSync(join(tmpdir(), 'evl-witness-state-')));

describeState('FileWitnessState', {
  create: async () => FileWitnessState.open(newFolder(), key),
  reopen: async () => FileWitnessState.open(dir, key),
  end: async () => rmSync(dir, { recursive: true }),
});

describe('the file of a log', () => {
  const log = foreignLog('log.example/a');
  const { origin } = log;
  const path = () => join(dir, hashedOrigin(log));
  const open = (onFailStop?: (error: Error) => void) => FileWitnessState.open(dir, key, onFailStop);
  const damaged = expect.objectContaining({ name: 'LedgerError', code: 'state-damaged' });

  const isRead = (bytes: Uint8Array) => {
    try {
      return 'latest' in parseStateFile(utf8Text(bytes), origin, key);
    } catch {
      return false;
    }
  };

  beforeEach(async () => {
    newFolder();
    await (await open()).register(origin);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test.each([0, 5])('every flipped bit is noticed (size %i), and the file is not overwritten', async (size) => {
    if (size > 0) await (await open()).advance(origin, 0n, cosignedAt(log, size));
    const whole = readFileSync(path());
    const unseen: number[] = [];
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      if (isRead(bytes)) unseen.push(bit);
      if (bit % 97 !== 0) continue;
      writeFileSync(path(), bytes);
      await expect((await open()).latest(origin)).rejects.toEqual(damaged);
      for (const expected of [0n, BigInt(size)]) {
        await expect((await open()).advance(origin, expected, cosignedAt(log, 7))).rejects.toEqual(damaged);
      }
      await expect((await open()).register(origin)).rejects.toEqual(damaged);
      expect(readFileSync(path())).toEqual(bytes);
    }
    expect(unseen).toEqual([]);
    writeFileSync(path(), whole);
    expect((await (await open()).latest(origin))?.size ?? 0n).toBe(BigInt(size));
  });

  test('every truncation is noticed', async () => {
    await (await open()).advance(origin, 0n, cosignedAt(log, 5));
    const whole = readFileSync(path());
    expect(isRead(whole)).toBe(true);
    const read = Array.from(whole, (_, length) => isRead(whole.subarray(0, length)));
    expect(read.filter(Boolean)).toEqual([]);
  });

  const sealed = (content: string) => {
    const digest = createHash('sha256').update(content).digest('hex');
    writeFileSync(path(), `evidence-ledger/witness-state/v1 ${digest}\n${content}`);
  };

  test('a correct digest alone is not enough', async () => {
    sealed(cosigned(noteAt(log, 5), WITNESS));
    expect(await (await open()).latest(origin)).toEqual(cosignedAt(log, 5));
    const another = foreignLog('log.example/b');
    for (const content of [
      noteAt(log, 5), // not cosigned at all
      cosigned(noteAt(log, 5), testWitness('witness.test/other', 10)),
      // claims to be ours
      cosigned(noteAt(log, 5), { ...testWitness(WITNESS.name, 10), id: WITNESS.id }),
      cosigned(noteAt(another, 5), WITNESS), // of another log
      'another.example/origin\n',
      '',
    ]) {
      sealed(content);
      await expect((await open()).latest(origin), content).rejects.toEqual(damaged);
    }
  });

  test('a file that is gone is missing, not empty', async () => {
    await (await open()).advance(origin, 0n, cosignedAt(log, 5));
    unlinkSync(path());
    await expect((await open()).latest(origin)).rejects.toMatchObject({ code: 'state-missing' });
    await expect((await open()).advance(origin, 0n, cosignedAt(log, 7))).rejects.toMatchObject({
      code: 'state-missing',
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  test('a write that fails ends all writing and reading, for every log', async () => {
    const other = foreignLog('log.example/b');
    const causes: Error[] = [];
    const state = await open((error) => causes.push(error));
    await state.register(other.origin);
    await state.advance(origin, 0n, cosignedAt(log, 5));
    mkdirSync(`${path()}.tmp`); // where the new file would be written
    const failed = expect.objectContaining({ name: 'LedgerError', code: 'state-failed' });
    await expect(state.advance(origin, 5n, cosignedAt(log, 7))).rejects.toEqual(failed);
    expect(causes).toEqual([failed]);
    rmdirSync(`${path()}.tmp`);
    await expect(state.advance(origin, 5n, cosignedAt(log, 7))).rejects.toEqual(failed);
    await expect(state.latest(other.origin)).rejects.toEqual(failed);
    expect(await (await open()).latest(origin)).toEqual(cosignedAt(log, 5));
  });

  test('once it is closed, what was begun is written and nothing more is', async () => {
    const state = await open();
    const begun = state.advance(origin, 0n, cosignedAt(log, 5));
    const waiting = state.advance(origin, 5n, cosignedAt(log, 7));
    await new Promise((resolve) => setImmediate(resolve));
    await state.close();
    const outcomes = await Promise.allSettled([begun, waiting, state.latest(origin)]);
    const refused = { status: 'rejected', reason: { code: 'stopping' } };
    expect(outcomes.slice(1)).toMatchObject([refused, refused]);
    const size = (await (await open()).latest(origin))?.size;
    expect([undefined, 5n]).toContain(size);
    expect(outcomes[0].status).toBe(size === 5n ? 'fulfilled' : 'rejected');
  });

  test('a draft does not prevent opening: a running witness may rename it meanwhile', async () => {
    mkdirSync(`${path()}.tmp`); // nothing that could be synced
    expect(await (await open()).latest(origin)).toBeUndefined();
    rmdirSync(`${path()}.tmp`);
  });

  test('what a crash left next to it is overwritten', async () => {
    writeFileSync(`${path()}.tmp`, 'half a fi');
    expect(await (await open()).advance(origin, 0n, cosignedAt(log, 5))).toBe(true);
    expect(readdirSync(dir)).toEqual([hashedOrigin(log)]);
  });
});
