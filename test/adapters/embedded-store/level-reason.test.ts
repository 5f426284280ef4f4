import { expect, test } from 'vitest';
import { levelReason } from '../../../src/adapters/embedded-store/index/level-reason.ts';
import { expectBothLanguages } from './both-languages.ts';

const REASONS: readonly (readonly [text: string, en: RegExp])[] = [
  ['IO error: /data/index/000012.log: No space left on device', /\(ENOSPC\)$/],
  ['IO error: /data/index/000012.log: File too large', /\(EFBIG\)$/],
  ['IO error: /data/index/000012.log: Operation not permitted', /\(EPERM\)$/],
  ['IO error: /data/index/000012.ldb: Input/output error', /\(EIO\)$/],
  ['IO error: /data/index/LOCK: Read-only file system', /\(EROFS\)$/],
  ['IO error: /data/index/000012.ldb: Too many open files', /\(EMFILE\)$/],
  ['Invalid argument: /data/index: does not exist (create_if_missing is false)', /no LevelDB database/],
  ['IO error: lock /data/index/LOCK: already held by process', /another process/],
  ['Corruption: checksum mismatch: /data/index/MANIFEST-000010', /corruption of MANIFEST-000010$/],
  ['Corruption: 3 missing files; e.g.: /data/index/000005.ldb', /corruption of 000005\.ldb$/],
  ['Corruption: bad record length', /reports corruption$/],
  ['something new', /^LevelDB failed$/],
];

test.each(REASONS)('%s', (text, en) => {
  for (const error of [new Error(text), new Error('Database failed to open', { cause: new Error(text) })]) {
    const reason = levelReason(error);
    expect(reason.en).toMatch(en);
    expectBothLanguages(reason);
  }
});
