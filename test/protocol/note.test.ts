import { createPublicKey, verify } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCheckpoint, parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { formatNote, isKeyName, MAX_NOTE_BYTES, parseNote } from '../../src/protocol/note/note.ts';
import { formatTlogProof, parseTlogProof } from '../../src/protocol/note/tlog-proof.ts';
import { checkNote, formatVkey, keyIdOf, parseVkey, verifierKey, verifyEd25519 } from '../../src/protocol/note/vkey.ts';
import { checkpointText, signatureLine, signedNote, signText, testKey, tlogProof } from '../oracle/note.ts';
import { codeOf } from './thrown.ts';

const ORIGIN = 'log.example/a';
const key = testKey(ORIGIN, 1);
const other = testKey('witness.example', 2);
const text = `${ORIGIN}\n7\n${Buffer.alloc(32, 9).toString('base64')}\n`;
const note = signedNote(text, key, other);
const keyOf = (of: typeof key) => parseVkey(of.vkey);
const statusOf = (source: string, ...known: (typeof key)[]) => checkNote(parseNote(source), known.map(keyOf)).status;

describe('signed note', () => {
  test('text and signatures, and the same bytes again', () => {
    const parsed = parseNote(note);
    expect(parsed.text).toBe(text);
    expect(parsed.signatures.map(({ name }) => name)).toEqual([ORIGIN, 'witness.example']);
    expect(Buffer.from(parsed.signatures[0]!.keyId)).toEqual(key.id);
    expect(parsed.signatures[0]!.signature).toHaveLength(64);
    expect(formatNote(parsed)).toBe(note);
    expect(checkNote(parsed, [keyOf(key), keyOf(other)]).keys.map((known) => known.name)).toEqual([
      ORIGIN,
      'witness.example',
    ]);
  });

  test('the text ends at the last blank line, and blank lines before it are text', () => {
    const long = signedNote(`first\n\nsecond\n\n\nthird\n`, key);
    expect(parseNote(long).text).toBe('first\n\nsecond\n\n\nthird\n');
    expect(statusOf(long, key)).toBe('signed');
  });

  const line = signatureLine(ORIGIN, key.id, signText(key, text));
  const refused: readonly (readonly [string, string])[] = [
    ['empty', ''],
    ['no blank line', `${text}${line}`],
    ['no signature', `${text}\n`],
    ['no newline at the end', note.slice(0, -1)],
    ['a blank line at the end', `${note}\n`],
    ['a blank line between signatures', `${text}\n${line}\n${line}`.replace(/\n$/, '\n\n')],
    ['CRLF everywhere', note.replaceAll('\n', '\r\n')],
    ['CRLF in the text', note.replace('\n', '\r\n')],
    ['a tab', note.replace('7', '\t7')],
    ['a NUL', note.replace('7', '7\u0000')],
    ['an escape', note.replace('7', '7\u001b')],
    ['a hyphen for the dash', `${text}\n${line.replace('—', '-')}`],
    ['an en dash', `${text}\n${line.replace('—', '–')}`],
    ['no space after the dash', `${text}\n${line.replace('— ', '—')}`],
    ['a no-break space after the dash', `${text}\n${line.replace('— ', '—\u00a0')}`],
    ['two spaces', `${text}\n${line.replace(`${ORIGIN} `, `${ORIGIN}  `)}`],
    ['a space at the end of a line', `${text}\n${line.slice(0, -1)} \n`],
    ['a word after the signature', `${text}\n${line.slice(0, -1)} x\n`],
    ['a byte order mark before a signature', `${text}\n\ufeff${line}`],
    ['no name', `${text}\n—  AAAAAAAA\n`],
    ['a name with a plus sign', `${text}\n${signatureLine('a+b', key.id, Buffer.alloc(64))}`],
    ['a name with a no-break space', `${text}\n${signatureLine('a\u00a0b', key.id, Buffer.alloc(64))}`],
    ['a name with an ideographic space', `${text}\n${signatureLine('a\u3000b', key.id, Buffer.alloc(64))}`],
    ['a name with a next-line character', `${text}\n${signatureLine('a\u0085b', key.id, Buffer.alloc(64))}`],
    ['a key id alone', `${text}\n${signatureLine(ORIGIN, key.id, Buffer.alloc(0))}`],
    ['no bytes at all', `${text}\n— ${ORIGIN} \n`],
    ['101 signatures', `${text}\n${line.repeat(101)}`],
    ['too many bytes', signedNote(`${'a'.repeat(MAX_NOTE_BYTES)}\n`, key)],
  ];
  test.each(refused)('refused: %s', (_, source) => {
    expect(codeOf(() => parseNote(source))).toBe('note-malformed');
  });

  const withBase64 = (signature: string) => `${text}\n— ${ORIGIN} ${signature}\n`;
  test.each([
    ['url-safe alphabet', Buffer.alloc(68, 0xfb).toString('base64').replaceAll('+', '-').replaceAll('/', '_')],
    ['text after the padding', 'QUJDREU=AAAA'],
    ['text after the padding, short', 'QUI=AAAA'],
    ['no padding', 'QUJDREU'],
    ['too much padding', 'QUJDREU=='],
    ['trailing bits set', 'QUJDREV='],
    ['junk inside', 'QUJD*REU='],
    ['padding alone', '===='],
    ['one character', 'Q'],
    ['full-width letters', 'ＱＵＪＤＲＥＵ='],
  ])('refused signature: %s', (_, signature) => {
    expect(codeOf(() => parseNote(withBase64(signature)))).toBe('base64-invalid');
  });

  test('100 signatures are read, and a name may hold a byte order mark', () => {
    expect(parseNote(`${text}\n${line.repeat(100)}`).signatures).toHaveLength(100);
    expect(isKeyName('\ufeffa')).toBe(true);
    expect(['', ' ', 'a b', 'a+b', 'a\tb', 'a\u2028b', 'a\ud800'].map(isKeyName)).not.toContain(true);
  });

  test('a byte order mark is a character like others', () => {
    const marked = parseNote(`\ufeff${note}`);
    expect(marked.text).toBe(`\ufeff${text}`);
    expect(checkNote(marked, [keyOf(key)]).status).toBe('forged');
    expect(codeOf(() => parseNote(`\ud800${note}`))).toBe('text-not-wellformed');
  });
});

describe('signatures', () => {
  test('unknown keys are ignored; one known and good is enough', () => {
    expect(statusOf(note, key)).toBe('signed');
    expect(statusOf(note, other)).toBe('signed');
    expect(statusOf(note)).toBe('unsigned');
    expect(statusOf(note, testKey('stranger', 3))).toBe('unsigned');
  });

  test('name and id must both match', () => {
    const sameName = testKey(ORIGIN, 4);
    expect(statusOf(note, sameName)).toBe('unsigned');
    const sameIdOtherName = `${text}\n${signatureLine('other.example', key.id, signText(key, text))}`;
    expect(statusOf(sameIdOtherName, key)).toBe('unsigned');
    const sameNameOtherId = `${text}\n${signatureLine(ORIGIN, sameName.id, signText(key, text))}`;
    expect(statusOf(sameNameOtherId, key)).toBe('unsigned');
  });

  test('one known line that does not verify forges the whole note', () => {
    const forged = signatureLine(other.name, other.id, signText(key, text));
    expect(statusOf(`${signedNote(text, key)}${forged}`, key, other)).toBe('forged');
    expect(statusOf(`${signedNote(text, key)}${forged}`, key)).toBe('signed');
    expect(statusOf(note.replace('\n7\n', '\n8\n'), key)).toBe('forged');
    for (const length of [0, 1, 63, 65, 72, 2420]) {
      if (length === 0) continue; // a key id alone does not parse
      expect(statusOf(`${text}\n${signatureLine(ORIGIN, key.id, Buffer.alloc(length, 1))}`, key), `${length}`).toBe(
        'forged',
      );
    }
  });

  test('repeats of one key count once', () => {
    const twice = checkNote(parseNote(signedNote(text, key, key)), [keyOf(key)]);
    expect(twice.keys).toHaveLength(1);
    const forged = signatureLine(ORIGIN, key.id, Buffer.alloc(64, 1));
    expect(statusOf(`${signedNote(text, key)}${forged}`, key), 'a later line is ignored').toBe('signed');
    expect(statusOf(`${text}\n${forged}${signedNote(text, key).split('\n\n')[1]}`, key)).toBe('forged');
  });

  test('each bit of text and signature counts', () => {
    const signature = signText(key, text);
    const [known] = [keyOf(key)];
    expect(verifyEd25519(known.publicKey, Buffer.from(text), signature)).toBe(true);
    for (let bit = 0; bit < 512; bit += 7) {
      const flipped = Buffer.from(signature);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyEd25519(known.publicKey, Buffer.from(text), flipped), `signature bit ${bit}`).toBe(false);
    }
    for (let bit = 0; bit < 8 * text.length; bit += 11) {
      const flipped = Buffer.from(text);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyEd25519(known.publicKey, flipped, signature), `text bit ${bit}`).toBe(false);
    }
  });
});

describe('Ed25519, strictly', () => {
  const nodeVerify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
    try {
      return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
    } catch {
      return false;
    }
  };
  const agree = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => {
    const own = verifyEd25519(publicKey, message, signature);
    expect(own).toBe(nodeVerify(publicKey, message, signature));
    return own;
  };
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  /** 32 bytes, little endian, the form of numbers in Ed25519. */
  const little = (value: bigint) => Buffer.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toReversed());
  const scalarOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`);

  test('RFC 8032 section 7.1, tests 1 to 3', () => {
    const vectors = [
      [
        'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
        '',
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      ],
      [
        '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
        '72',
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      ],
      [
        'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
        'af82',
        '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
      ],
    ] as const;
    for (const parts of vectors) {
      const [publicKey, message, signature] = parts.map((part) => Buffer.from(part, 'hex'));
      expect(agree(publicKey!, message!, signature!)).toBe(true);
    }
  });

  test('a signature whose S was raised by the group order is refused', () => {
    const message = Buffer.from(text);
    const signature = signText(key, text);
    const raised = Buffer.concat([signature.subarray(0, 32), little(scalarOf(signature.subarray(32)) + L)]);
    expect(agree(key.publicKey, message, signature)).toBe(true);
    expect(agree(key.publicKey, message, raised)).toBe(false);
    expect(agree(key.publicKey, message, Buffer.concat([signature.subarray(0, 32), little(L)]))).toBe(false);
    expect(agree(key.publicKey, message, Buffer.alloc(64, 0xff))).toBe(false);
    expect(agree(key.publicKey, message, Buffer.alloc(64))).toBe(false);
  });

  test('keys of small order, which sign everything, sign nothing here', () => {
    const smallOrder = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000080',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    ].map((hex) => Buffer.from(hex, 'hex'));
    const identity = Buffer.from(smallOrder[0]!);
    for (const publicKey of smallOrder) {
      for (const point of [identity, publicKey, ...smallOrder]) {
        const signature = Buffer.concat([point, Buffer.alloc(32)]);
        for (const message of ['', 'a', 'b', text]) {
          expect(verifyEd25519(publicKey, Buffer.from(message), signature), publicKey.toString('hex')).toBe(false);
        }
      }
    }
  });

  test('points that are not canonical or not on the curve are refused', () => {
    const p = 2n ** 255n - 19n;
    const message = Buffer.from(text);
    const signature = signText(key, text);
    for (const y of [p, p + 1n, p + 3n, 2n ** 255n - 1n, 2n, 7n]) {
      expect(verifyEd25519(little(y), message, signature)).toBe(false);
      expect(verifyEd25519(key.publicKey, message, Buffer.concat([little(y), signature.subarray(32)]))).toBe(false);
    }
    for (const length of [0, 31, 33, 64])
      expect(verifyEd25519(Buffer.alloc(length, 1), message, signature)).toBe(false);
    for (const length of [0, 63, 65, 128]) {
      expect(verifyEd25519(key.publicKey, message, Buffer.alloc(length, 1))).toBe(false);
    }
  });

  test('noble and node:crypto judge alike', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.integer({ min: 0, max: 511 }),
        fc.boolean(),
        (message, bit, isFlipped) => {
          const signature = signText(key, Buffer.from(message).toString('hex'));
          if (isFlipped) signature[bit >> 3]! ^= 1 << (bit & 7);
          const signed = Buffer.from(Buffer.from(message).toString('hex'));
          expect(agree(key.publicKey, signed, signature)).toBe(!isFlipped);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('vkey', () => {
  test('read, id recomputed, written again', () => {
    const parsed = parseVkey(key.vkey);
    expect(parsed.name).toBe(ORIGIN);
    expect(Buffer.from(parsed.publicKey)).toEqual(key.publicKey);
    expect(formatVkey(parsed)).toBe(key.vkey);
    expect(formatVkey(verifierKey(ORIGIN, key.publicKey))).toBe(key.vkey);
  });

  test('plus signs in the base64 do not split it', () => {
    const keys = Array.from({ length: 60 }, (_, i) => testKey('plus.example', i + 10));
    const withPlus = keys.filter(({ vkey }) => vkey.split('+').length > 3);
    expect(withPlus.length).toBeGreaterThan(3);
    for (const { vkey, publicKey } of withPlus) expect(Buffer.from(parseVkey(vkey).publicKey)).toEqual(publicKey);
  });

  test('the example of golang.org/x/mod/sumdb/note', () => {
    const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    expect(formatVkey(parseVkey(vkey))).toBe(vkey);
    const signed =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    expect(checkNote(parseNote(signed), [parseVkey(vkey)]).status).toBe('signed');
  });

  const base64 = (type: number, length: number) => Buffer.from([type, ...new Uint8Array(length)]).toString('base64');
  test.each([
    ['nothing', '', 'vkey-malformed'],
    ['no parts', 'log.example', 'vkey-malformed'],
    ['two parts', 'log.example+00000000', 'vkey-malformed'],
    ['no name', `+00000000+${base64(1, 32)}`, 'vkey-malformed'],
    ['a space in the name', `a b+00000000+${base64(1, 32)}`, 'vkey-malformed'],
    ['upper-case hex', key.vkey.replace(key.id.toString('hex'), key.id.toString('hex').toUpperCase()), 'hex-invalid'],
    ['a short id', `a+000000+${base64(1, 32)}`, 'length-wrong'],
    ['a long id', `a+0000000000+${base64(1, 32)}`, 'length-wrong'],
    ['another type', `a+00000000+${base64(2, 32)}`, 'vkey-type-unsupported'],
    ['a cosignature key', `a+00000000+${base64(4, 32)}`, 'vkey-type-unsupported'],
    ['a short key', `a+00000000+${base64(1, 31)}`, 'vkey-malformed'],
    ['a long key', `a+00000000+${base64(1, 33)}`, 'vkey-malformed'],
    ['another id', key.vkey.replace(key.id.toString('hex'), '00000000'), 'vkey-id-wrong'],
    ['another name', `x${key.vkey}`, 'vkey-id-wrong'],
    ['no padding', key.vkey.replace(/=+$/, ''), key.vkey.endsWith('=') ? 'base64-invalid' : undefined],
    ['a newline at the end', `${key.vkey}\n`, 'vkey-malformed'],
    ['a private key', 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'hex-invalid'],
    ['too long', `${'a'.repeat(3000)}+00000000+${base64(1, 32)}`, 'vkey-malformed'],
  ])('refused: %s', (_, vkey, code) => {
    // A private key of Go reads as name "PRIVATE", hash "KEY": the first two plus signs split.
    expect(codeOf(() => parseVkey(vkey))).toBe(code);
  });

  test('the key id binds name, type and key', () => {
    const id = (name: string, type: number) => Buffer.from(keyIdOf(name, type, key.publicKey)).toString('hex');
    expect(id(ORIGIN, 1)).toBe(key.id.toString('hex'));
    expect(new Set([id(ORIGIN, 1), id(ORIGIN, 4), id('log.example', 1)]).size).toBe(3);
  });
});

describe('checkpoint', () => {
  const root = Buffer.alloc(32, 5);
  test('three lines', () => {
    expect(parseCheckpoint(text)).toMatchObject({ origin: ORIGIN, size: 7n });
    for (const size of [0n, 1n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
      const lines = checkpointText(ORIGIN, size, root);
      expect(parseCheckpoint(lines).size).toBe(size);
      expect(formatCheckpoint(parseCheckpoint(lines))).toBe(lines);
    }
  });

  const base64 = root.toString('base64');
  test.each([
    ['an extension line', `${text}extension\n`, 'checkpoint-malformed'],
    ['two lines', `${ORIGIN}\n7\n`, 'checkpoint-malformed'],
    ['nothing', '', 'checkpoint-malformed'],
    ['no last newline', text.slice(0, -1), 'checkpoint-malformed'],
    ['a blank line after', `${text}\n`, 'checkpoint-malformed'],
    ['no origin', `\n7\n${base64}\n`, 'origin-invalid'],
    ['an origin with a space', `a b\n7\n${base64}\n`, 'origin-invalid'],
    ['an origin with a plus sign', `a+b\n7\n${base64}\n`, 'origin-invalid'],
    ['an origin of 256 bytes', `${'a'.repeat(256)}\n7\n${base64}\n`, 'origin-invalid'],
    ['an origin of 256 bytes in 86 characters', `${'存'.repeat(85)}a\n7\n${base64}\n`, 'origin-invalid'],
    ['no size', `${ORIGIN}\n\n${base64}\n`, 'decimal-invalid'],
    ['a leading zero', `${ORIGIN}\n07\n${base64}\n`, 'decimal-invalid'],
    ['two zeros', `${ORIGIN}\n00\n${base64}\n`, 'decimal-invalid'],
    ['a sign', `${ORIGIN}\n+7\n${base64}\n`, 'decimal-invalid'],
    ['below zero', `${ORIGIN}\n-7\n${base64}\n`, 'decimal-invalid'],
    ['a fraction', `${ORIGIN}\n7.0\n${base64}\n`, 'decimal-invalid'],
    ['an exponent', `${ORIGIN}\n1e3\n${base64}\n`, 'decimal-invalid'],
    ['hex', `${ORIGIN}\n0x7\n${base64}\n`, 'decimal-invalid'],
    ['a space', `${ORIGIN}\n7 \n${base64}\n`, 'decimal-invalid'],
    ['other digits', `${ORIGIN}\n٧\n${base64}\n`, 'decimal-invalid'],
    ['2^64', `${ORIGIN}\n18446744073709551616\n${base64}\n`, 'decimal-too-large'],
    ['a short root', `${ORIGIN}\n7\n${root.subarray(1).toString('base64')}\n`, 'length-wrong'],
    ['no root', `${ORIGIN}\n7\n\n`, 'length-wrong'],
    ['a root in hex', `${ORIGIN}\n7\n${root.toString('hex')}\n`, 'length-wrong'],
    ['a root without padding', `${ORIGIN}\n7\n${base64.slice(0, -1)}\n`, 'base64-invalid'],
  ])('refused: %s', (_, source, code) => {
    expect(codeOf(() => parseCheckpoint(source))).toBe(code);
  });
});

describe('tlog-proof', () => {
  const path = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
  const proof = tlogProof(5, path, note);

  test('read and written again', () => {
    const parsed = parseTlogProof(proof);
    expect(parsed.index).toBe(5n);
    expect(parsed.path.map((hash) => Buffer.from(hash))).toEqual(path);
    expect(parsed.checkpoint.size).toBe(7n);
    expect(formatTlogProof(parsed)).toBe(proof);
    expect(formatTlogProof(parseTlogProof(tlogProof(0, [], note)))).toBe(tlogProof(0, [], note));
  });

  const head = 'c2sp.org/tlog-proof@v1\n';
  test.each([
    ['empty', '', 'proof-malformed'],
    ['CRLF', proof.replaceAll('\n', '\r\n'), 'proof-malformed'],
    ['CRLF on the first line', proof.replace('\n', '\r\n'), 'proof-malformed'],
    ['another version', proof.replace('@v1', '@v2'), 'proof-malformed'],
    ['a byte order mark', `\ufeff${proof}`, 'proof-malformed'],
    ['an empty line first', `\n${proof}`, 'proof-malformed'],
    ['an empty line after the first', proof.replace('@v1\n', '@v1\n\n'), 'proof-malformed'],
    ['an extra line', proof.replace('index', 'extra QUJD\nindex'), 'proof-malformed'],
    ['an extra line after the index', proof.replace('index 5\n', 'index 5\nextra QUJD\n'), 'base64-invalid'],
    ['no index', proof.replace('index 5\n', ''), 'proof-malformed'],
    ['no empty line', `${head}index 5\n`, 'proof-malformed'],
    ['index 007', proof.replace('index 5', 'index 007'), 'decimal-invalid'],
    ['index -5', proof.replace('index 5', 'index -5'), 'decimal-invalid'],
    ['two spaces', proof.replace('index 5', 'index  5'), 'decimal-invalid'],
    ['a space after the index', proof.replace('index 5', 'index 5 '), 'decimal-invalid'],
    ['2^64', proof.replace('index 5', 'index 18446744073709551616'), 'decimal-too-large'],
    ['a short hash', proof.replace(path[1]!.toString('base64'), 'QUJD'), 'length-wrong'],
    [
      'a hash in the url-safe alphabet',
      proof.replace(path[1]!.toString('base64'), `${'-'.repeat(43)}=`),
      'base64-invalid',
    ],
    [
      '64 hashes',
      tlogProof(
        5,
        Array.from({ length: 64 }, () => path[0]!),
        note,
      ),
      'proof-malformed',
    ],
    ['no checkpoint', `${head}index 5\n\n`, 'note-malformed'],
    ['an extension line in the checkpoint', tlogProof(5, path, signedNote(`${text}x\n`, key)), 'checkpoint-malformed'],
    ['an unsigned checkpoint', `${head}index 5\n\n${text}`, 'note-malformed'],
    ['too long', `${head}index 5\n${'a'.repeat(300_000)}`, 'proof-malformed'],
  ])('refused: %s', (_, source, code) => {
    expect(codeOf(() => parseTlogProof(source))).toBe(code);
  });

  test('it splits at the first empty line, the note inside at its last', () => {
    const parsed = parseTlogProof(proof);
    expect(formatNote(parsed.note)).toBe(note);
    expect(parsed.note.text).toBe(text);
  });
});
