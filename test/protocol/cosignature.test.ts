import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddCheckpoint, parseAddCheckpoint } from '../../src/protocol/note/add-checkpoint.ts';
import { parseForeignCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import {
  checkCosignatures,
  cosignatureBlob,
  cosignedMessage,
  parseWitnessVkey,
  witnessKey,
} from '../../src/protocol/note/cosignature.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { formatTypedVkey } from '../../src/protocol/note/vkey.ts';
import { checkpointText, signatureLine, signedNote, testKey } from '../oracle/note.ts';
import { cosignatureLine, testWitness } from '../oracle/witness.ts';
import { codeOf } from './thrown.ts';

const log = testKey('log.example/a', 1);
const court = testWitness('court.example', 2);
const notary = testWitness('notary.example', 3);
const text = checkpointText(log.name, 7, Buffer.alloc(32, 9));
const note = signedNote(text, log);
const known = [court, notary].map(({ vkey }) => parseWitnessVkey(vkey));
const check = (source: string) => checkCosignatures(parseNote(source), known);
const times = (source: string) => {
  const checked = check(source);
  return checked.status === 'checked'
    ? checked.cosignatures.map(({ key, timeSeconds }) => [key.name, timeSeconds])
    : checked.key.name;
};

describe('witness key', () => {
  test('the oracle writes what is read, and the same text again', () => {
    const key = parseWitnessVkey(court.vkey);
    expect(formatTypedVkey(key)).toBe(court.vkey);
    expect(formatTypedVkey(witnessKey(court.name, court.publicKey))).toBe(court.vkey);
  });

  test.each([
    ['a key of a log', log.vkey, 'vkey-type-unsupported'],
    ['the id of another name', court.vkey.replace('court', 'count'), 'vkey-id-wrong'],
    ['nothing behind the type', `court.example+00000000+BA==`, 'vkey-malformed'],
  ])('refused: %s', (_, vkey, code) => {
    expect(codeOf(() => parseWitnessVkey(vkey))).toBe(code);
  });
});

describe('cosignatures', () => {
  test('of known witnesses count, in the order of the witnesses, each once with the time of its first line', () => {
    expect(times(note)).toEqual([]);
    expect(times(note + cosignatureLine(court, text, 5))).toEqual([['court.example', 5n]]);
    const three = cosignatureLine(notary, text, 7) + cosignatureLine(court, text, 5) + cosignatureLine(court, text, 6);
    expect(times(note + three)).toEqual([
      ['court.example', 5n],
      ['notary.example', 7n],
    ]);
    expect(times(note + cosignatureLine(testWitness('stranger.example', 4), text))).toEqual([]);
  });

  test('cover extension lines too', () => {
    const long = `${text}extension\n`;
    expect(times(signedNote(long, log) + cosignatureLine(court, long, 5))).toEqual([['court.example', 5n]]);
    expect(times(signedNote(long, log) + cosignatureLine(court, text, 5))).toBe('court.example');
  });

  const signature = Buffer.from(cosignatureLine(court, text, 5).split(' ').at(-1)!, 'base64').subarray(4);
  const lineOf = (blob: Uint8Array) => signatureLine(court.name, court.id, blob);
  test.each<readonly [string, string]>([
    ['over another text', cosignatureLine(court, text.replace('7', '8'), 5)],
    ['by another key in its name', cosignatureLine({ ...court, privateKey: notary.privateKey }, text, 5)],
    ['of time 0', cosignatureLine(court, text, 0)],
    ['of a time beyond 2^63 - 1', cosignatureLine(court, text, 2n ** 63n)],
    ['a byte short', lineOf(signature.subarray(0, -1))],
    ['a byte long', lineOf(Buffer.concat([signature, Buffer.of(0)]))],
    ['without a time', lineOf(signature.subarray(8))],
    ['a plain signature of the text', signatureLine(court.name, court.id, signature.subarray(8))],
  ])('a first line of a known witness that does not verify spoils the note, a later one is ignored: %s', (_, line) => {
    expect(times(note + line)).toBe('court.example');
    expect(times(note + line + cosignatureLine(court, text, 5))).toBe('court.example');
    expect(times(note + cosignatureLine(court, text, 5) + line)).toEqual([['court.example', 5n]]);
  });

  test('each flipped bit of time or signature is noticed', () => {
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const bent = Buffer.from(signature);
      bent[bit >> 3]! ^= 1 << (bit & 7);
      expect(times(note + lineOf(bent))).toBe('court.example');
    }
  });

  test('what is signed, and the blob', () => {
    expect(Buffer.from(cosignedMessage(17n, 'a\n')).toString()).toBe('cosignature/v1\ntime 17\na\n');
    expect(Buffer.from(cosignatureBlob(258n, new Uint8Array(2).fill(7))).toString('hex')).toBe('00000000000001020707');
  });
});

describe('add-checkpoint', () => {
  const hash = Buffer.alloc(32, 1).toString('base64');

  test('is written as it is read, whatever the note holds', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 }),
        fc.string(),
        (oldSize, proof, anyNote) => {
          expect(parseAddCheckpoint(formatAddCheckpoint({ oldSize, proof, note: anyNote }))).toEqual({
            oldSize,
            proof,
            note: anyNote,
          });
        },
      ),
    );
  });

  test('to the letter', () => {
    expect(formatAddCheckpoint({ oldSize: 3n, proof: [new Uint8Array(32).fill(1)], note })).toBe(
      `old 3\n${hash}\n\n${note}`,
    );
  });

  test.each([
    ['nothing', '', 'add-checkpoint-malformed'],
    ['no empty line', 'old 0\n', 'add-checkpoint-malformed'],
    ['no old size', `\n\n${note}`, 'add-checkpoint-malformed'],
    ['another word', `Old 0\n\n${note}`, 'add-checkpoint-malformed'],
    ['leading zeros', `old 07\n\n${note}`, 'decimal-invalid'],
    ['a size beyond 64 bits', `old ${2n ** 64n}\n\n${note}`, 'decimal-too-large'],
    ['CRLF', `old 0\r\n\n${note}`, 'decimal-invalid'],
    ['a hash of 31 bytes', `old 1\n${Buffer.alloc(31).toString('base64')}\n\n${note}`, 'length-wrong'],
    ['64 hashes', `old 1\n${`${hash}\n`.repeat(64)}\n${note}`, 'add-checkpoint-malformed'],
  ])('refused: %s', (_, body, code) => {
    expect(codeOf(() => parseAddCheckpoint(body))).toBe(code);
  });
});

describe('a checkpoint of any log', () => {
  const root = Buffer.alloc(32, 9).toString('base64');

  test('may have spaces in its origin, and extension lines', () => {
    expect(parseForeignCheckpoint(`go.sum database tree\n7\n${root}\n`)).toMatchObject({
      origin: 'go.sum database tree',
      size: 7n,
    });
    expect(parseForeignCheckpoint(`a\n0\n${root}\nextension\nmore\n`).size).toBe(0n);
  });

  test.each([
    ['an empty extension line', `a\n0\n${root}\n\n`],
    ['no newline at the end', `a\n0\n${root}`],
    ['no root', 'a\n0\n'],
    ['no origin', `\n0\n${root}\n`],
  ])('refused: %s', (_, source) => {
    expect(() => parseForeignCheckpoint(source)).toThrow(/checkpoint|origin|root/);
  });
});
