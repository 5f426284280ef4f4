import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createJournal, openJournal, type JournalEntry } from '../../../src/adapters/local-chain/journal.ts';
import {
  createChainFolder,
  drawChainSettings,
  operatorAccount,
  readChainSettings,
} from '../../../src/adapters/local-chain/settings.ts';
import { hasPosix } from '../../availability.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-chain-'));
  path = join(folder, 'transactions.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (n: number): JournalEntry => ({
  t: 1767225600 + n,
  parent: `0x${n.toString(16).padStart(64, '0')}`,
  raw: `0x02${n.toString(16).padStart(8, '0')}`,
});

async function writeEntries(count: number): Promise<void> {
  await createJournal(path);
  const journal = await openJournal(path);
  for (let n = 0; n < count; n++) await journal.append(entry(n));
  await journal.close();
}

/** Opens, closes and returns what was found. */
async function reopen() {
  const journal = await openJournal(path);
  await journal.close();
  return { entries: journal.entries, tornBytes: journal.tornBytes };
}

describe('journal', () => {
  test('reads back what was appended, also after a second opening', async () => {
    await writeEntries(2);
    const journal = await openJournal(path);
    expect(journal.entries).toEqual([entry(0), entry(1)]);
    await journal.append(entry(2));
    await journal.close();
    expect(await reopen()).toEqual({ entries: [entry(0), entry(1), entry(2)], tornBytes: 0 });
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(
      `{"t":1767225600,"parent":"0x${'0'.repeat(64)}","raw":"0x0200000000","crc":"c8e0b0bc"}`,
    );
  });

  test('cuts a last line that is torn at any byte, and goes on from there', async () => {
    await writeEntries(3);
    const whole = readFileSync(path);
    const twoLines = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let size = twoLines + 1; size < whole.length; size++) {
      writeFileSync(path, whole.subarray(0, size));
      const journal = await openJournal(path);
      expect([size, journal.entries.length, journal.tornBytes]).toEqual([size, 2, size - twoLines]);
      expect(statSync(path).size).toBe(twoLines);
      await journal.append(entry(2));
      await journal.close();
      expect(readFileSync(path).equals(whole)).toBe(true);
    }
  });

  test('cuts a last line of which some blocks never reached the disk', async () => {
    await writeEntries(3);
    const whole = readFileSync(path);
    whole.fill(0, whole.length - 40, whole.length - 10);
    writeFileSync(path, whole);
    expect((await reopen()).entries).toEqual([entry(0), entry(1)]);
  });

  test('names the line of every single flipped bit, the last line and its end included', async () => {
    await writeEntries(3);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const line = whole.subarray(0, at).filter((byte) => byte === 10).length + 1;
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1 << (at % 7);
      writeFileSync(path, damaged);
      await expect(openJournal(path), `byte ${at}`).rejects.toMatchObject({
        code: 'journal-damaged',
        message: expect.stringContaining(`: ${path} line ${line} is not as it was written`),
      });
      expect(readFileSync(path).equals(damaged)).toBe(true);
    }
  });

  test('a line in another spelling is damage', async () => {
    await writeEntries(1);
    writeFileSync(path, readFileSync(path, 'utf8').replace('{"t":', '{ "t":'));
    await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal-damaged' });
  });

  test('a missing journal is a lost one, not a new one', async () => {
    await expect(openJournal(path)).rejects.toMatchObject({ code: 'chain-missing' });
  });

  test('after one failed write every further append fails', async () => {
    await writeEntries(1);
    const journal = await openJournal(path);
    await journal.close(); // the handle is gone: the next write fails
    await expect(journal.append(entry(1))).rejects.toMatchObject({ code: 'journal-failed' });
    await expect(journal.append(entry(1))).rejects.toMatchObject({ code: 'journal-failed' });
    expect((await reopen()).entries).toEqual([entry(0)]);
  });
});

describe('chain.json', () => {
  const dir = () => join(folder, 'chain');
  const file = () => join(dir(), 'chain.json');

  test('is read as it was written, and created once', async () => {
    const settings = drawChainSettings(1767225600);
    await createChainFolder(dir(), settings);
    expect(await readChainSettings(dir())).toEqual(settings);
    expect(settings.initialDate).toBe('2026-01-01T00:00:00Z');
    expect(settings.mnemonic.split(' ')).toHaveLength(12);
    expect(drawChainSettings(1767225600).mnemonic).not.toBe(settings.mnemonic);
    expect(operatorAccount(settings)).toEqual({
      address: expect.stringMatching(/^0x[0-9a-fA-F]{40}$/),
      privateKey: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    });
    await expect(createChainFolder(dir(), settings)).rejects.toMatchObject({ code: 'chain-exists' });
    expect(await readChainSettings(dir())).toEqual(settings);
  });

  test('a journal with a history is never taken for a new chain', async () => {
    await createChainFolder(dir(), drawChainSettings(1767225600));
    rmSync(file());
    appendFileSync(join(dir(), 'transactions.jsonl'), 'x');
    await expect(createChainFolder(dir(), drawChainSettings(0))).rejects.toMatchObject({ code: 'chain-exists' });
    await expect(readChainSettings(dir())).rejects.toMatchObject({ code: 'chain-missing' });
  });

  test.runIf(hasPosix())('is made private, and refused when others can read it', async () => {
    await createChainFolder(dir(), drawChainSettings(1767225600));
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(file(), mode);
      await expect(readChainSettings(dir())).rejects.toMatchObject({
        code: 'chain-exposed',
        message: `${file()} has mode 0${mode.toString(8)}, should be 0600: it holds the key of the chain`,
      });
    }
  });

  test.each<[string, (json: Record<string, unknown>) => unknown, string]>([
    ['another format', (json) => ({ ...json, format: 'evidence-ledger/chain/v2' }), 'format'],
    ['another hard fork', (json) => ({ ...json, hardfork: 'prague' }), 'hardfork'],
    ['a phrase with a wrong word', (json) => ({ ...json, mnemonic: 'test test' }), 'mnemonic'],
    ['a time with milliseconds', (json) => ({ ...json, initialDate: '2026-01-01T00:00:00.000Z' }), 'initialDate'],
    ['an unknown member', (json) => ({ ...json, port: 8545 }), 'port'],
    ['no object', () => 'chain', '/'],
  ])('with %s is refused', async (_, change, fault) => {
    const settings = drawChainSettings(1767225600);
    await createChainFolder(dir(), settings);
    writeFileSync(file(), JSON.stringify(change({ ...settings })));
    const error: unknown = await readChainSettings(dir()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'chain-settings-invalid',
      message: expect.stringMatching(`not valid: ${fault}$`),
    });
    expect(String(error)).not.toContain(settings.mnemonic);
  });

  test('that is not JSON, or too long, is refused without disclosing its contents', async () => {
    await createChainFolder(dir(), drawChainSettings(1767225600));
    writeFileSync(file(), 'secret words');
    await expect(readChainSettings(dir())).rejects.toThrow(`${file()} is not JSON`);
    writeFileSync(file(), ' '.repeat(5000));
    await expect(readChainSettings(dir())).rejects.toThrow('is 5000 bytes, should be at most 4096');
  });
});
