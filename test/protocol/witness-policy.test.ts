import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WitnessKey } from '../../src/protocol/note/cosignature.ts';
import { describeQuorum, isQuorumMet, MAX_POLICY_BYTES, parsePolicy } from '../../src/protocol/note/witness-policy.ts';
import { formatTypedVkey, keyIdOf } from '../../src/protocol/note/vkey.ts';
import { testKey } from '../oracle/note.ts';
import { policyOf, testWitness } from '../oracle/witness.ts';
import { codeOf } from './thrown.ts';

const log = testKey('log.example/a', 40);
const witnesses = Array.from({ length: 6 }, (_, i) => testWitness(`w${i}.example`, i + 1));
const line = (i: number, url = '') => `witness w${i} ${witnesses[i]!.vkey}${url && ` ${url}`}\n`;

/** Two of X, one of Y, and both groups: the example of the specification. */
const NESTED = `# who watches
log ${log.vkey} https://log.example/
${[0, 1, 2, 3, 4, 5].map((i) => line(i)).join('')}
group X 2 w0 w1 w2
group Y any w3 w4 w5
group both all X Y
quorum both
`;

const met = (source: string, ...cosigned: readonly number[]) => {
  const policy = parsePolicy(source);
  const keys = cosigned.map((i) => policy.witnesses.find(({ name }) => name === `w${i}`)!.key);
  return isQuorumMet(policy.quorum, new Set<WitnessKey>(keys));
};

describe('tlog-policy', () => {
  test('logs, witnesses, nested groups', () => {
    const policy = parsePolicy(NESTED);
    expect(policy.logs).toMatchObject([{ key: { name: log.name }, url: 'https://log.example/' }]);
    expect(policy.witnesses.map(({ name, key }) => [name, key.name])).toEqual(
      witnesses.map(({ name }, i) => [`w${i}`, name]),
    );
    expect(policy.source).toBe(NESTED);
    expect(describeQuorum(policy.quorum)).toBe('2/2(2/3(w0,w1,w2),1/3(w3,w4,w5))');
  });

  test('the quorum holds for exactly the sets that the groups define', () => {
    for (let set = 0; set < 64; set++) {
      const members = [0, 1, 2, 3, 4, 5].filter((i) => (set >> i) & 1);
      const x = members.filter((i) => i < 3).length;
      const y = members.length - x;
      expect(met(NESTED, ...members), `witnesses ${members.join()}`).toBe(x >= 2 && y >= 1);
    }
  });

  test('a witness with a key of ML-DSA-44 is a member that never counts', () => {
    const publicKey = new Uint8Array(1312).fill(7);
    const key = { name: 'pq.example', type: 6, publicKey, keyId: keyIdOf('pq.example', 6, publicKey) };
    const pq = `witness pq ${formatTypedVkey(key)}\n`;
    const policy = parsePolicy(`${line(0)}${line(1)}${pq}group all3 2 w0 w1 pq\nquorum all3\n`);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(['w0', 'w1']);
    expect(describeQuorum(policy.quorum)).toBe('2/3(w0,w1,pq)');
    const two = `${line(0)}${line(1)}${pq}group g 2 w0 w1 pq\nquorum g\n`;
    expect([met(two, 0), met(two, 0, 1)]).toEqual([false, true]);
    expect(isQuorumMet(parsePolicy(`${pq}quorum pq\n`).quorum, new Set())).toBe(false);
    expect(codeOf(() => parsePolicy(`${pq}${pq.replace('pq', 'other')}quorum none\n`))).toBe('policy-malformed');
    const short = { ...key, publicKey: publicKey.subarray(1) };
    expect(codeOf(() => parsePolicy(`witness pq ${formatTypedVkey(short)}\nquorum none\n`))).toBe('vkey-malformed');
    expect(codeOf(() => parsePolicy(`${pq.replace(/\+[0-9a-f]{8}\+/, '+00000000+')}quorum none\n`))).toBe(
      'vkey-id-wrong',
    );
  });

  test('k of n, one witness, none', () => {
    for (let k = 1; k <= 3; k++) {
      for (const set of [[], [0], [0, 1], [0, 1, 2]]) {
        expect(met(policyOf(k, ...witnesses.slice(0, 3)), ...set)).toBe(set.length >= k);
      }
    }
    expect(met(`${line(0)}quorum w0\n`, 0)).toBe(true);
    expect(met(`${line(0)}quorum w0\n`)).toBe(false);
    expect(met('quorum none\n')).toBe(true);
    expect(describeQuorum(parsePolicy(`${line(0)}quorum w0\n`).quorum)).toBe('w0');
  });

  test('white space is spaces and tabs; empty lines and comments say nothing', () => {
    const spaced = `\n  \t\n \t# quorum w1\n\twitness \t w0\t${witnesses[0]!.vkey} \n  quorum\tw0  \n`;
    expect(met(spaced, 0)).toBe(true);
    expect(parsePolicy(line(0, 'https://witness.example/x') + 'quorum w0\n').witnesses[0]!.url).toBe(
      'https://witness.example/x',
    );
  });

  test('names are opaque: a Kelvin sign is no K', () => {
    const kelvin = '\u212a';
    const source = `witness K ${witnesses[0]!.vkey}\nwitness ${kelvin} ${witnesses[1]!.vkey}\nquorum ${kelvin}\n`;
    const { quorum, witnesses: read } = parsePolicy(source);
    expect(isQuorumMet(quorum, new Set([read[0]!.key]))).toBe(false);
    expect(isQuorumMet(quorum, new Set([read[1]!.key]))).toBe(true);
  });

  test('32 of each are read', () => {
    const many = Array.from({ length: 32 }, (_, i) => testWitness(`m${i}.example`, i + 50));
    const logs = Array.from({ length: 32 }, (_, i) => `log ${testKey(`l${i}.example`, i + 100).vkey}\n`).join('');
    const lines = many.map(({ vkey }, i) => `witness m${i} ${vkey}\ngroup g${i} all m${i}\n`).join('');
    const policy = parsePolicy(`${logs}${lines}group most 20 ${many.map((_, i) => `g${i}`).join(' ')}\nquorum most\n`);
    const first = (count: number) => new Set(policy.witnesses.slice(0, count).map(({ key }) => key));
    expect(isQuorumMet(policy.quorum, first(19))).toBe(false);
    expect(isQuorumMet(policy.quorum, first(20))).toBe(true);
  });

  const w0 = line(0);
  const w1 = line(1);
  const renamed = `witness again ${testWitness('other.example', 1).vkey}\n`;
  test.each([
    ['nothing', ''],
    ['no quorum', w0],
    ['two quorums', `${w0}quorum w0\nquorum w0\n`],
    ['a quorum that is not defined', `${w0}quorum w1\n`],
    ['a quorum that is defined below', `quorum w0\n${w0}`],
    ['a quorum of two names', `${w0}${w1}quorum w0 w1\n`],
    ['cut off in the middle of a name', `${w0}${line(1).replace('w1', 'w01')}quorum w0`],
    ['an unknown word', `${w0}quorum w0\nwitnesses w1\n`],
    ['a comment behind a line', `${w0}quorum w0 # court\n`],
    ['a name twice', `${w0}${w1.replace('w1', 'w0')}quorum w0\n`],
    ['a group with the name of a witness', `${w0}group w0 any w0\nquorum w0\n`],
    ['a witness called none', `${w0.replace('w0', 'none')}quorum none\n`],
    ['none as a member', `${w0}group g any none\nquorum g\n`],
    ['the same key under another name and id', `${w0}${renamed}quorum w0\n`],
    ['the same log twice', `log ${log.vkey}\nlog ${log.vkey}\nquorum none\n`],
    ['a member of two groups', `${w0}${w1}group a any w0\ngroup b any w0 w1\nquorum b\n`],
    ['a member named twice', `${w0}group a 2 w0 w0\nquorum a\n`],
    ['a group of itself', `${w0}group a any a\nquorum a\n`],
    ['an empty group', `${w0}group a any\nquorum a\n`],
    ['0 of 1', `${w0}group a 0 w0\nquorum a\n`],
    ['2 of 1', `${w0}group a 2 w0\nquorum a\n`],
    ['01 of 1', `${w0}group a 01 w0\nquorum a\n`],
    ['1e0 of 1', `${w0}group a 1e0 w0\nquorum a\n`],
    ['a carriage return', `${w0}quorum w0\r\n`],
    ['a vertical tab', `${w0}quorum\u000bw0\n`],
    ['a delete character', `${w0}# \u007f\nquorum w0\n`],
    ['too many words of a witness', `${line(0, 'https://a https://b')}quorum w0\n`],
    ['too large', `#${'a'.repeat(MAX_POLICY_BYTES)}\nquorum none\n`],
  ])('refused: %s', (_, source) => {
    expect(codeOf(() => parsePolicy(source))).toBe('policy-malformed');
  });

  test.each([
    ['of a log for a witness', `witness w0 ${log.vkey}\nquorum w0\n`, 'vkey-type-unsupported'],
    ['of a witness for a log', `log ${witnesses[0]!.vkey}\nquorum none\n`, 'vkey-type-unsupported'],
    ['with the id of another name', `${w0.replace('w0.example', 'x.example')}quorum w0\n`, 'vkey-id-wrong'],
  ])('refused: the key %s', (_, source, code) => {
    expect(codeOf(() => parsePolicy(source))).toBe(code);
  });

  test('whatever comes is read or refused with a code', () => {
    const words = fc.constantFrom('log', 'witness', 'group', 'quorum', 'any', 'all', 'none', '1', 'w0', '#', ' ', '\t');
    const lines = fc.array(fc.array(words).map((items) => items.join(' ')));
    fc.assert(
      fc.property(lines, (source) => {
        expect([undefined, 'policy-malformed', 'vkey-malformed']).toContain(
          codeOf(() => parsePolicy(`${w0}${source.join('\n')}\n`)),
        );
      }),
    );
  });
});
