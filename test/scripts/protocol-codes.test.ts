import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STORE_PROBLEM_CODES } from '../../src/log/model.ts';
import { INABILITY_CODES, REFUSAL_CODES } from '../../src/witness/answer.ts';

/** The codes that the pattern finds in these sources, each once. */
function codesIn(files: readonly string[], pattern: RegExp): string[] {
  const sources = globSync([...files]).map((file) => readFileSync(file, 'utf8'));
  return [...new Set([...sources.join('\n').matchAll(pattern)].map(([, code]) => code!))].toSorted();
}

test('queue and state of a witness throw what is listed', () => {
  const files = ['src/witness/one-at-a-time.ts', 'src/adapters/witness-state/file-state.ts'];
  const whileRunning = ['witness-logs-unreadable'];
  const thrown = codesIn(files, /LedgerError\('([a-z/-]+)'/g);
  expect([...thrown, ...whileRunning].toSorted()).toEqual(INABILITY_CODES.toSorted());
  expect(codesIn(['src/adapters/witness-state/witness-folder.ts'], /LedgerError\('(witness-logs[a-z-]+)'/g)).toEqual(
    whileRunning,
  );
});

test('a witness refuses with what is listed', () => {
  const files = ['src/witness/witness.ts', 'src/witness/extension.ts'];
  expect(codesIn(files, /(?:refused\([0-9]{3}, |\bcode: )'([a-z-]+)'/g)).toEqual(REFUSAL_CODES.toSorted());
});

test('reading a key file throws what a check lists', () => {
  const files = ['src/adapters/keys/*.ts', 'src/adapters/files/secret-file.ts'];
  const listed = STORE_PROBLEM_CODES.filter((code) => code.startsWith('key-'));
  expect([...codesIn(files, /LedgerError\('(key-[a-z-]+)'/g), 'key-wrong'].toSorted()).toEqual(listed.toSorted());
});
