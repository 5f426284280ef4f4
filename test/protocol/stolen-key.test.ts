import { describe, expect, test } from 'vitest';
import { BlockChain } from '../oracle/blocks.ts';
import { type AnchorJson, checkpointNote, fileBytes, ORIGIN, receiptJson, sm3, testLedger } from '../oracle/ledger.ts';
import { mth, path, sha256 } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey, tlogProof } from '../oracle/note.ts';
import { logEntry, makeRecord } from '../oracle/record.ts';
import { cosigned, policyOf, testWitness } from '../oracle/witness.ts';
import { complaints, Scenario, stepOf } from './scenario.ts';

/**
 * A thief has an old log key that has been rotated. Its signatures verify for its sizes; forged
 * checkpoints of the past fail by the chain, by pins and required cosignatures of the trust file,
 * and, without any of these, by the block of the key's revocation.
 */

const chain = new BlockChain();
const ledger = testLedger(chain);
await chain.build();
const COURT = testWitness('court.example', 3);
/** The blocks of the anchors of sizes 3, 5 and 7. */
const BLOCK_OF_5 = Number(receiptJson(ledger, 2, 5).anchor!.blockNumber);

/** The old key signed sizes up to 7; another key signs from 8 on. */
function rotated(scenario: Scenario, revokedAtBlock?: number): Scenario {
  scenario.trust!.log.keys = [
    {
      vkey: ledger.key.vkey,
      fromSize: '0',
      toSize: '8',
      ...(revokedAtBlock !== undefined && { revokedAtBlock: String(revokedAtBlock) }),
    },
    { vkey: testKey(ORIGIN, 4).vkey, fromSize: '8' },
  ];
  return scenario;
}

/** A record of the thief's file in a tree of the thief, signed with the stolen key. */
function forged(size: number, revokedAtBlock?: number): Scenario {
  const scenario = rotated(new Scenario(5, ledger), revokedAtBlock);
  const bytes = Buffer.from('what the thief would have liked to be registered');
  const { header } = ledger.records[2]!;
  const digests = { sha256: sha256(bytes).toString('hex'), sm3: sm3(bytes) };
  const section = (name: string) => scenario.receipt.record.disclosed.find((other) => other.name === name)!.value;
  const record = makeRecord(
    { origin: ORIGIN, kind: 'evidence', id: header.id, number: header.number },
    {
      file: { name: 'forged.txt', mediaType: 'text/plain', size: bytes.length },
      digests,
      case: section('case'),
      registrant: section('registrant'),
      time: section('time'),
    },
  );
  const entries = ledger.entries.with(2, logEntry(record.header)).slice(0, size);
  const note = signedNote(checkpointText(ORIGIN, size, mth(entries)), ledger.key);
  scenario.receipt.record = record;
  scenario.receipt.proof = tlogProof(2, path(2, entries), note);
  scenario.receipt.anchor = null;
  scenario.file = { ...digests, size: bytes.length };
  return scenario;
}

/** The same with the anchor of the honest tree of that size, changed to fit the forged root. */
function withAnchor(scenario: Scenario, change: Partial<AnchorJson> = {}): Scenario {
  const root = /\n([^\n]+)\n\n\u2014/.exec(scenario.receipt.proof)![1]!;
  scenario.receipt.anchor = { ...receiptJson(ledger, 2, 5).anchor!, root, ...change };
  return scenario;
}

const verdictOf = (scenario: Scenario) => {
  const report = scenario.judge();
  return [report.verdict, complaints(report)['log-signature'], complaints(report)['anchor']];
};
const offline = (scenario: Scenario) => Object.assign(scenario, { nodes: [] });

describe('a forged checkpoint that nothing anchors', () => {
  test('is not verified, whether or not a node is asked [M80]', () => {
    expect(verdictOf(forged(6))).toEqual(['INDETERMINATE', undefined, 'unknown not-upgraded']);
    expect(verdictOf(offline(forged(6)))).toEqual(['PENDING', undefined, 'unknown not-anchored']);
    expect(verdictOf(forged(5)), 'the chain has another root there').toEqual([
      'INCONSISTENT',
      undefined,
      'fail anchored-root-differs',
    ]);
  });

  test('is not even pending once the key is revoked, and proves nothing about a file [M80]', () => {
    for (const size of [3, 4, 6, 7]) {
      const [verdict, signature] = verdictOf(offline(forged(size, BLOCK_OF_5)));
      expect([verdict, signature], String(size)).toEqual(['INDETERMINATE', 'unknown key-revoked']);
    }
    expect(verdictOf(forged(6, BLOCK_OF_5)).slice(0, 2)).toEqual(['INDETERMINATE', 'unknown key-revoked']);
    const otherFile = offline(forged(6, BLOCK_OF_5));
    otherFile.file = { sha256: '00'.repeat(32), size: 1 };
    expect(verdictOf(otherFile)[0]).toBe('INDETERMINATE');
  });

  test('lacks the witnesses [M80]', () => {
    for (const [revoked, verdict] of [
      [undefined, 'PENDING'],
      [BLOCK_OF_5, 'INDETERMINATE'],
    ] as const) {
      const scenario = offline(forged(6, revoked));
      scenario.trust!.witnessPolicy = policyOf(1, COURT);
      const report = scenario.judge();
      expect([report.verdict, stepOf(report, 'witness-policy').code]).toEqual([verdict, 'too-few-cosignatures']);
    }
    // the court has pinned another tree of that size
    const stolen = offline(forged(6, BLOCK_OF_5));
    const line = cosigned(checkpointNote(ledger, 6), COURT).split('\n').at(-2)!;
    stolen.receipt.proof += `${line}\n`;
    stolen.trust!.witnessPolicy = policyOf(1, COURT);
    expect(complaints(stolen.judge())['witness-policy']).toBe('fail cosignature-wrong');
  });
});

describe('a forged checkpoint with an anchor', () => {
  test('of another root on the chain is contradicted by it [M80]', () => {
    for (const revoked of [undefined, BLOCK_OF_5]) {
      expect(verdictOf(withAnchor(forged(5, revoked)))[0]).toBe('INCONSISTENT');
      expect(verdictOf(withAnchor(forged(6, revoked), { size: '6' }))[0]).toBe('INCONSISTENT');
    }
  });

  test('that no node was asked about is not believed, and proves nothing about a file [M80]', () => {
    const claimed = offline(withAnchor(forged(5, BLOCK_OF_5)));
    expect(verdictOf(claimed).slice(0, 2)).toEqual(['INDETERMINATE', 'unknown key-revoked']);
    claimed.file = { sha256: '00'.repeat(32), size: 1 };
    expect(verdictOf(claimed)[0]).toBe('INDETERMINATE');
  });

  test('whose block is pinned is contradicted by the proof of its event [M80]', async () => {
    const honest = receiptJson(ledger, 2, 5).anchor!;
    const proof = await chain.proof(BLOCK_OF_5, honest.transactionIndex);
    const pinnedBlocks = [{ number: honest.blockNumber, hash: honest.blockHash }];
    for (const revoked of [undefined, BLOCK_OF_5]) {
      const scenario = offline(withAnchor(forged(5, revoked), proof));
      scenario.trust!.pinnedBlocks = pinnedBlocks;
      expect(verdictOf(scenario)[0]).toBe('INCONSISTENT');
      expect(verdictOf(scenario)[2]).toBe('fail event-differs');
    }
  });
});

describe('an honest receipt under a revoked key', () => {
  test.each([
    [BLOCK_OF_5, 'VERIFIED'],
    [BLOCK_OF_5 + 1, 'VERIFIED'],
    [BLOCK_OF_5 - 1, 'INDETERMINATE'],
    [0, 'INDETERMINATE'],
  ])('revoked at block %i: %s', (block, verdict) => {
    const report = rotated(new Scenario(5, ledger), block).judge();
    expect(report.verdict).toBe(verdict);
    const { expected, found } = stepOf(report, 'log-signature');
    if (verdict !== 'VERIFIED') expect([expected, found]).toEqual([`<= ${block}`, String(BLOCK_OF_5)]);
  });

  test('offline the block must be pinned [M80]', async () => {
    const honest = receiptJson(ledger, 2, 5).anchor!;
    const scenario = offline(rotated(new Scenario(5, ledger), BLOCK_OF_5));
    Object.assign(scenario.receipt.anchor!, await chain.proof(BLOCK_OF_5, honest.transactionIndex));
    scenario.receipt.anchor!.notBeforeHeader = `0x${Buffer.from(chain.header(4)).toString('hex')}`;
    expect(verdictOf(scenario).slice(0, 2)).toEqual(['INDETERMINATE', 'unknown key-revoked']);
    scenario.trust!.pinnedBlocks = [BLOCK_OF_5, 4].map((number) => ({
      number: String(number),
      hash: chain.blockHash(number),
    }));
    expect(verdictOf(scenario)).toEqual(['VERIFIED', undefined, undefined]);
    rotated(scenario, BLOCK_OF_5 - 1);
    expect(verdictOf(scenario)[0]).toBe('INDETERMINATE');
  });

  test('not anchored it is worth nothing, and no file is called another by it [M80]', () => {
    const waiting = rotated(new Scenario(5, ledger), 1000);
    waiting.receipt.anchor = null;
    waiting.nodes = [];
    expect(verdictOf(waiting).slice(0, 2)).toEqual(['INDETERMINATE', 'unknown key-revoked']);
    waiting.file = { sha256: sha256(fileBytes(3)).toString('hex'), size: 1 };
    expect(verdictOf(waiting)[0]).toBe('INDETERMINATE');
  });

  test('a second signature by a key that is not revoked counts [M80]', () => {
    const scenario = rotated(new Scenario(5, ledger), 0);
    const other = testKey(ORIGIN, 5);
    scenario.trust!.log.keys.push({ vkey: other.vkey, fromSize: '0' });
    const text = checkpointText(ORIGIN, 5, mth(ledger.entries.slice(0, 5)));
    scenario.receipt.proof = tlogProof(2, path(2, ledger.entries.slice(0, 5)), signedNote(text, ledger.key, other));
    expect(verdictOf(scenario)[0]).toBe('VERIFIED');
  });
});
