import { describe, expect, test } from 'vitest';
import type { HistoricAnchor } from '../../src/audit/anchor.ts';
import { unknown } from '../../src/audit/audit-problem.ts';
import { type AuditResult, resultOf } from '../../src/auditor/audit-log.ts';
import { endorseAudited } from '../../src/auditor/endorse.ts';
import type { AuditEvent } from '../../src/auditor/events.ts';
import type { Endorser } from '../../src/auditor/ports.ts';
import { parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { checkpointNote, testLedger, trustJson } from '../oracle/ledger.ts';

/** What is endorsed, and what is not, with a fake account. */

const ledger = testLedger();
const trust = parseTrust(JSON.stringify(trustJson(ledger)));
const note = parseNote(checkpointNote(ledger, 6));
const anchors = [3n, 5n, 7n].map((size): HistoricAnchor => ({
  logId: ledger.logId,
  anchorIndex: size / 2n,
  previousSize: size - 2n,
  size,
  root: Buffer.alloc(32, Number(size)),
  blockNumber: 9n,
  blockHash: '0x',
  txHash: '0x',
}));
const inOrder: AuditResult = {
  ...resultOf([]),
  trust: { source: 'file', value: trust },
  signed: { note, checkpoint: parseCheckpoint(note.text) },
  history: { finalBlock: 9n, anchors, problems: [] },
};

interface Fakes {
  readonly endorsed?: { readonly size: bigint; readonly isFinal: boolean };
  readonly mined?: { readonly blockNumber: bigint; readonly blockHash: string } | undefined;
  readonly silent?: readonly string[];
}

/** Endorses with a fake account, and records the calls. */
async function endorse(result: AuditResult, fakes: Fakes = {}, urls = ['http://a', 'http://b']) {
  const calls: string[] = [];
  const events: AuditEvent[] = [];
  const open = (url: string, _chain: unknown, logId: string): Endorser => {
    calls.push(`open ${url}`);
    expect(logId).toBe(ledger.logId);
    return {
      account: '0xaa',
      async endorsed() {
        if (fakes.silent?.includes(url)) throw new Error(`${url} is silent`);
        return fakes.endorsed ?? { size: 0n, isFinal: true };
      },
      async prepare(size) {
        calls.push(`prepare ${size}`);
        const send = async () => {
          calls.push('send');
          return 'mined' in fakes ? fakes.mined : { blockNumber: 12n, blockHash: '0x12' };
        };
        return { txHash: '0xtx', send };
      },
      close: () => calls.push(`close ${url}`),
    };
  };
  const endorsement = endorseAudited(result, urls, open, (event) => {
    calls.push(event.type);
    events.push(event);
  });
  return { endorsement: await endorsement.catch((error: unknown) => error), calls, events };
}

test('endorses the newest anchor that the checkpoint covers, and announces it before sending', async () => {
  const { endorsement, calls, events } = await endorse(inOrder);
  expect(endorsement).toMatchObject({ state: 'final', endorser: '0xaa', size: 5n, blockNumber: 12n, txHash: '0xtx' });
  expect(calls).toEqual(['open http://a', 'prepare 5', 'endorsing', 'send', 'close http://a']);
  expect(events).toEqual([{ type: 'endorsing', account: '0xaa', size: 5n, txHash: '0xtx' }]);
});

describe('sends nothing', () => {
  test.each<readonly [string, AuditResult]>([
    ['a problem was found', { ...inOrder, ...resultOf([unknown('no-answer', 'chain')]), trust: inOrder.trust }],
    ['the trust file is from the service', { ...inOrder, trust: { source: 'server', value: trust } }],
    ['the trust file is remembered', { ...inOrder, trust: { source: 'remembered', value: trust } }],
    ['there is no checkpoint', { ...inOrder, signed: undefined }],
  ])('where %s', async (_, result) => {
    expect(await endorse(result)).toMatchObject({ endorsement: { state: 'refused' }, calls: [] });
  });

  test('where nothing is anchored yet', async () => {
    const result = { ...inOrder, history: { finalBlock: 9n, anchors: [], problems: [] } };
    expect(await endorse(result)).toMatchObject({ endorsement: { state: 'nothing-anchored' }, calls: [] });
  });

  test('where the account has endorsed as much before', async () => {
    for (const endorsed of [
      { size: 5n, isFinal: false },
      { size: 6n, isFinal: true },
    ]) {
      const { endorsement, calls } = await endorse(inOrder, { endorsed });
      expect(endorsement).toEqual({ state: 'before', endorser: '0xaa', ...endorsed });
      expect(calls).toEqual(['open http://a', 'close http://a']);
    }
  });
});

test('uses the next node where one is silent, and fails with the last', async () => {
  const { calls } = await endorse(inOrder, { silent: ['http://a'] });
  expect(calls.slice(0, 4)).toEqual(['open http://a', 'close http://a', 'open http://b', 'prepare 5']);
  const { endorsement } = await endorse(inOrder, { silent: ['http://a', 'http://b'] });
  expect(endorsement).toEqual(new Error('http://b is silent'));
});

test('a transaction that does not become final in time is an error, and the node is closed', async () => {
  const { endorsement, calls } = await endorse(inOrder, { mined: undefined });
  expect(endorsement).toMatchObject({ code: 'endorsement-not-final', exit: 4 });
  expect(calls.at(-1)).toBe('close http://a');
});
