// Judges hostile receipts one after the other and prints the outcome and cost of each. The largest
// come last, since memory is measured by its peak.
import { ProtocolError } from '../../src/protocol/encoding/errors.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTlogProof } from '../../src/protocol/note/tlog-proof.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { type ReceiptJson, receiptJson, testLedger, trustJson } from '../oracle/ledger.ts';
import { signatureLine } from '../oracle/note.ts';
import { cosignatureLine, policyOf, testWitness } from '../oracle/witness.ts';

export interface Outcome {
  readonly name: string;
  /** The verdict, or the code of the error for the whole receipt. */
  readonly outcome: string;
  readonly ms: number;
  /** Growth of the peak memory of the process beyond the size of the input. */
  readonly grownMb: number;
}

const HUGE = 100_000_000;
const DEEP = 1_000_000;
const ledger = testLedger();
const trust = trustJson(ledger);
const honest = receiptJson(ledger, 2, 5);
const changed = (change: (receipt: ReceiptJson) => unknown): string => {
  const receipt = structuredClone(honest);
  change(receipt);
  return JSON.stringify(receipt);
};
/**
 * The honest receipt with a proof of this many bytes, made as bytes so that the input alone is
 * large.
 */
function hugeProof(length: number): Buffer {
  const [before, after] = changed((r) => (r.proof = '@'))
    .split('@')
    .map((part) => Buffer.from(part)) as [Buffer, Buffer];
  const bytes = Buffer.alloc(before.length + length + after.length, 'A');
  before.copy(bytes);
  after.copy(bytes, bytes.length - after.length);
  return bytes;
}
const nested = (open: string, close: string) => open.repeat(DEEP) + close.repeat(DEEP);
const text = `${honest.proof.split('\n\n')[1]!}\n`;
const court = testWitness('court.example', 3);

/** Each case makes the input first; what follows is measured. */
const ATTACKS: Readonly<Record<string, () => () => unknown>> = {
  'a proof as large as a receipt may be': () => judging(hugeProof(4_100_000)),
  'as many path hashes as fit': () =>
    judging(
      changed(
        (r) =>
          (r.proof = r.proof.replace(
            'index 2\n',
            `index 2\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(80_000)}`,
          )),
      ),
    ),
  'a hundred good lines of one witness': () => {
    trust.witnessPolicy = policyOf(1, court);
    return judging(
      changed((r) => (r.proof += Array.from({ length: 99 }, (_, i) => cosignatureLine(court, text, i + 1)).join(''))),
    );
  },
  'more lines than a note may have': () =>
    judging(changed((r) => (r.proof += signatureLine('a.example', Buffer.alloc(4), Buffer.alloc(64)).repeat(1500)))),
  'a list, a million levels deep': () => judging(nested('[', ']')),
  'an object, a million levels deep': () => judging(nested('{"a":', '}')),
  'a section, a million levels deep': () =>
    judging(changed((r) => (r.record.disclosed[0]!.value = '@')).replace('"@"', nested('[', ']'))),
  'an anchor, a million levels deep, never closed': () =>
    judging(changed((r) => (r.anchor = '@' as never)).replace('"@"', '{"a":'.repeat(700_000))),
  'a section of a million numbers': () =>
    judging(changed((r) => (r.record.disclosed[0]!.value = Array.from({ length: 1_000_000 }, () => 0)))),
  'as many sections as fit': () =>
    judging(
      changed(
        (r) =>
          (r.record.disclosed = Array.from({ length: 30_000 }, (_, i) => ({
            name: `s${i}`,
            salt: Buffer.alloc(16).toString('base64'),
            value: 0,
          }))),
      ),
    ),
  'as many commitments as fit': () =>
    judging(
      changed(
        (r) =>
          (r.record.header.sections = Object.fromEntries(
            Array.from({ length: 60_000 }, (_, i) => [`s${i}`, Buffer.alloc(32).toString('base64')]),
          )),
      ),
    ),
  'a block header of nested lists': () => judging(changed((r) => (r.anchor!.header = `0x${'c1'.repeat(65_000)}`))),
  'a proof of the block of 4 MB': () =>
    judging(
      changed((r) =>
        Object.assign(r.anchor!, {
          header: '0xc0',
          receiptProof: Array.from({ length: 4 }, () => `0x${'c0'.repeat(480_000)}`),
        }),
      ),
    ),
  'a number of a million digits': () => judging(changed((r) => (r.anchor!.size = '9'.repeat(1_000_000)))),
  'an index of a million digits': () =>
    judging(changed((r) => (r.proof = r.proof.replace('index 2', `index ${'9'.repeat(200_000)}`)))),
  'a proof of 100 MB, as bytes': () => judging(hugeProof(HUGE)),
  'a proof of 100 MB, as text': () => judging(hugeProof(HUGE).toString()),
  'a proof of 100 MB, alone': () => {
    const proof = Buffer.alloc(HUGE, 'A').toString('latin1');
    return () => parseTlogProof(proof);
  },
  'a note of 100 MB of lines': () => {
    const note = Buffer.alloc(HUGE, '\n').toString('latin1');
    return () => parseNote(note);
  },
};

function judging(source: Buffer | string): () => string {
  const value = parseTrust(JSON.stringify(trust));
  return () => verifyReceipt({ receipt: parseReceipt(source), trust: { source: 'file', value } }).verdict;
}

function outcomeOf(attack: () => unknown): string {
  try {
    return String(attack());
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

for (const [name, prepare] of Object.entries(ATTACKS)) {
  const attack = prepare();
  const beforeKb = process.resourceUsage().maxRSS;
  const start = process.cpuUsage();
  const outcome = outcomeOf(attack);
  const ms = process.cpuUsage(start).user / 1000;
  const grownMb = (process.resourceUsage().maxRSS - beforeKb) / 1024;
  console.log(JSON.stringify({ name, outcome, ms, grownMb } satisfies Outcome));
}
