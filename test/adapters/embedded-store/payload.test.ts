import { ProtocolError } from '../../../src/protocol/encoding/errors.ts';
import { faultText, StoreFault } from '../../../src/adapters/embedded-store/store-fault.ts';
import { expectBothLanguages } from './both-languages.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBody, encodeBody } from '../../../src/adapters/embedded-store/journal/body.ts';
import {
  commitPayload,
  decodePayload,
  encodePayload,
  type Payload,
} from '../../../src/adapters/embedded-store/journal/payload.ts';
import { type DirectoryEntry, EMPTY_DIRECTORY, headAfter } from '../../../src/people/model.ts';
import { sha256 } from '../../../src/protocol/encoding/hash.ts';
import type { Json } from '../../../src/protocol/encoding/json.ts';
import { officeEntries } from '../../people/entries.ts';
import { anchorJob, checkpointOf, emptyHead, item, TestLedger } from './ledger.ts';

function directoryPayload(entries: readonly DirectoryEntry[]): Payload {
  return { kind: 'directory', first: 0, entries, head: headAfter(sha256, EMPTY_DIRECTORY, entries) };
}

const payloads: readonly (readonly [string, Payload])[] = [
  ['a commit of three records', commitPayload(new TestLedger().next(3))],
  ['a commit without records', commitPayload({ items: [], head: emptyHead() })],
  ['a checkpoint', { kind: 'checkpoint', checkpoint: checkpointOf(emptyHead()) }],
  ['a signed anchor', { kind: 'anchor', job: anchorJob(0, 7n) }],
  ['a final anchor', { kind: 'anchor', job: anchorJob(3, 7n, 'final') }],
  ['entries of the directory', directoryPayload(officeEntries().slice(0, 8))],
  ['a failed anchor', { kind: 'anchor', job: anchorJob(3, 7n, 'failed') }],
];

/** Buffers as plain arrays, to compare. */
function plain(payload: Payload): unknown {
  if (payload.kind !== 'commit') return payload;
  const items = payload.items.map(({ body, entry, findable, mark }) => ({
    body: [...body],
    entry: [...entry],
    findable,
    mark: mark && [...mark.scope, ...mark.request],
  }));
  return { ...payload, items };
}

describe.each(payloads)('%s', (_name, payload) => {
  const bytes = encodePayload(payload);

  test('decodes to the same', () => {
    expect(plain(decodePayload(bytes))).toEqual(plain(payload));
    expect(encodePayload(decodePayload(bytes)).equals(bytes)).toBe(true);
  });

  test('cut anywhere, or with a byte more, it is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodePayload(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ name: expect.stringMatching(/^(?:StoreFault|ProtocolError)$/) as string }),
      );
    }
    expect(() => decodePayload(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(/./);
  });

  test('another kind or version is refused', () => {
    for (const [at, value] of [
      [0, 0],
      [0, 5],
      [1, 0],
      [1, 2],
    ] as const) {
      const other = Buffer.from(bytes);
      other[at] = value;
      expect(() => decodePayload(other)).toThrow(/payload has kind \d+ version \d+/);
    }
  });
});

test('lengths that lead beyond the payload are refused before anything is allocated', () => {
  const bytes = encodePayload(commitPayload(new TestLedger().next(1)));
  for (const at of [10, 54]) {
    const other = Buffer.from(bytes);
    other.writeUInt32BE(0xffffffff, at); // count, note length
    expect(() => decodePayload(other)).toThrow(/ends within/);
  }
});

test('a mark flag is 0 or 1', () => {
  const payload = commitPayload(new TestLedger().next(2));
  const bytes = encodePayload(payload);
  bytes[bytes.length - 1] = 2; // the second record has no mark: its flag is the last byte
  expect(() => decodePayload(bytes)).toThrow('mark flag of record 1 is 2, should be 0 or 1');
});

test('an anchor job has one spelling', () => {
  const bytes = encodePayload({ kind: 'anchor', job: anchorJob(0, 7n) });
  const spaced = Buffer.concat([bytes.subarray(0, 3), Buffer.from(' '), bytes.subarray(3)]);
  expect(() => decodePayload(spaced)).toThrow('anchor job is not in its canonical spelling');
  const unknown = Buffer.from(bytes.toString('latin1').replace('"nonce"', '"noncf"'), 'latin1');
  expect(() => decodePayload(unknown)).toThrow(expect.objectContaining({ code: 'shape-wrong' }));
});

test('random bytes are refused in both languages or decode to what encodes to them', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 3), fc.uint8Array({ maxLength: 300 }), (kind, rest) => {
      const bytes = Buffer.concat([Buffer.of(kind, 1), rest]);
      let payload: Payload;
      try {
        payload = decodePayload(bytes);
      } catch (error) {
        expect(error instanceof StoreFault || error instanceof ProtocolError).toBe(true);
        expectBothLanguages(faultText(error));
        return;
      }
      expect(encodePayload(payload).equals(bytes)).toBe(true);
    }),
  );
});

describe('record body', () => {
  test('any section value comes back', () => {
    const { record } = item(0);
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 30 }), (value) => {
        const safe = JSON.parse(JSON.stringify(value)) as Json;
        const sections = record.sections.map((section) => ({ ...section, value: safe }));
        expect(decodeBody(encodeBody({ ...record, sections }))).toEqual({ ...record, sections });
      }),
    );
  });

  test('another version, other members and broken text are refused', () => {
    const body = encodeBody(item(1).record);
    const sealed = Buffer.from(body);
    sealed[0] = 2;
    expect(() => decodeBody(sealed)).toThrow('record body has version 2, should have 1');
    expect(() => decodeBody(new Uint8Array(0))).toThrow('record body has version –, should have 1');
    expect(() => decodeBody(body.subarray(0, -1))).toThrow('record body is not UTF-8 JSON');
    const renamed = Buffer.from(body.toString('utf8').replace('"lookups"', '"lookupz"'), 'utf8');
    expect(() => decodeBody(renamed)).toThrow(expect.objectContaining({ code: 'shape-wrong' }));
    const notText = Buffer.from(body);
    notText[notText.length - 3] = 0xff;
    expect(() => decodeBody(notText)).toThrow('record body is not UTF-8 JSON');
  });
});
