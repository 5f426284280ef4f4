import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readWitnessPolicy } from '../../../src/adapters/witness-client/policy-file.ts';
import type { Trust } from '../../../src/protocol/trust.ts';
import { formatVkey } from '../../../src/protocol/note/vkey.ts';
import { Workplace } from '../../e2e/program.ts';
import { logKey } from '../../log/memory-log.ts';
import { testKey } from '../../oracle/note.ts';
import { testWitness } from '../../oracle/witness.ts';

const folder = mkdtempSync(join(tmpdir(), 'evl-policy-'));
const file = join(folder, 'policy');
const workplace = new Workplace();
afterAll(() => {
  rmSync(folder, { recursive: true });
  workplace.remove();
});

const { vkey } = testWitness('court.test/witness', 1);
const identity = { log: { origin: logKey.name, keys: [{ key: logKey, fromSize: 0n }] } } as unknown as Trust;

function read(text: string) {
  writeFileSync(file, text);
  return readWitnessPolicy(file, identity);
}

test('gives the witnesses with their addresses, and the policy to the byte', () => {
  const text = `# ours\nlog ${formatVkey(logKey)}\nwitness court ${vkey} https://court.example/witness\nquorum court\n`;
  const { policy, witnesses } = read(text);
  expect([policy.source, witnesses.map(({ name, url }) => [name, url])]).toEqual([
    text,
    [['court', 'https://court.example/witness']],
  ]);
  expect(read('quorum none\n').witnesses).toEqual([]);
});

test.each([
  ['no policy', 'nonsense\n', /policy .*cannot be used: witness policy line 1 begins with "nonsense"/],
  ['a line that is wrong', `\nwitness court ${vkey} http://a.test\nquorum cuort\n`, /line 3 names "cuort"/],
  ['an invalid key', 'witness court x http://a.test\nquorum court\n', /policy line 1: verifier key/],
  ['a witness without an address', `witness court ${vkey}\nquorum court\n`, /witness court has no address/],
  [
    'another protocol',
    `witness court ${vkey} ftp://a.test\nquorum court\n`,
    /witness court is not a plain http or https/,
  ],
  ['no address at all', `witness court ${vkey} court\nquorum court\n`, /is not a plain http/],
  ['a password', `witness court ${vkey} https://u:secret@a.test\nquorum court\n`, /is not a plain http/],
  ['a question', `witness court ${vkey} https://a.test?key=secret\nquorum court\n`, /is not a plain http/],
  [
    'logs without this one',
    `log ${testKey('other.test', 3).vkey}\nquorum none\n`,
    /no log line has the key of this log/,
  ],
])('refuses %s, and says where', (_, text, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'witness-policy-wrong' }));
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).not.toThrow(/secret/);
});

test('a file that is not there', () => {
  const path = join(folder, 'nowhere');
  expect(() => readWitnessPolicy(path, identity)).toThrow(/nowhere .*cannot be used: .*no such file or folder/);
});

test('the service does not start with it: exit 2, the file and the line', async () => {
  writeFileSync(file, `witness court ${vkey} http://127.0.0.1:1\nquorum nobody\n`);
  const env = { EVL_WITNESS_POLICY: file };
  const refused = await workplace.json<{ error: { code: string; message: string } }>(['serve'], env);
  expect([refused.exit, refused.error.code]).toEqual([2, 'witness-policy-wrong']);
  expect(refused.error.message).toContain(
    `${file} (EVL_WITNESS_POLICY) cannot be used: witness policy line 2 names "nobody"`,
  );
});
