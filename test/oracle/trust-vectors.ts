import { jcs } from './jcs.ts';
import { checkpointNote, ORIGIN, testLedger, trustJson, type TrustJson } from './ledger.ts';
import { sha256 } from './merkle.ts';
import { testKey } from './note.ts';
import type { VectorFile } from './vectors.ts';
import { policyOf, testWitness } from './witness.ts';

const ENDORSER = `0x${'0e'.repeat(20)}`;

const EARLIER = { fromSize: '0', policy: 'quorum none\n', untilBlock: '12' };
const LATER = { fromSize: '6', policy: policyOf(1, testWitness('court.example', 3)) };

function addPolicies(trust: TrustJson, more: Partial<TrustJson> = {}): void {
  Object.assign(trust, { format: 'evidence-ledger/trust/v2', witnessPolicies: [EARLIER, LATER], ...more });
}

/** Accepted trust files with their fingerprints, and refused ones with the code of the error. */
export function trustVectors(): VectorFile {
  const ledger = testLedger();
  const { vkey } = ledger.key;
  const read: readonly (readonly [string, (trust: TrustJson) => unknown])[] = [
    ['as the operator offers it', () => {}],
    ['another hint where nodes are: the same fingerprint', ({ chain }) => (chain.rpcUrls = ['https://node.example'])],
    ['two keys, one after the other', ({ log }) => (log.keys = keysInTurn(vkey))],
    ['a key that was revoked', ({ log }) => (log.keys = keysInTurn(vkey, '12'))],
    ['finality by confirmations', ({ chain }) => (chain.finality = { confirmations: '12' })],
    ['a pinned checkpoint', (trust) => (trust.pinnedCheckpoints = [checkpointNote(ledger, 3)])],
    ['a pinned block', (trust) => (trust.pinnedBlocks = [{ number: '4', hash: ledger.chain.blockHash(4) }])],
    ['a witness policy for later sizes', addPolicies],
    ['endorsers', (trust) => (trust.endorsers = { k: 1, of: [ENDORSER] })],
  ];
  const refused: readonly (readonly [string, string, (trust: TrustJson) => unknown])[] = [
    ['another format', 'trust-format-unknown', (trust) => (trust.format = 'evidence-ledger/trust/v3')],
    ['a member that is not named', 'shape-wrong', (trust) => Object.assign(trust, { note: 'mine' })],
    ['no key', 'shape-wrong', ({ log }) => (log.keys = [])],
    ['a key whose id is of another', 'vkey-id-wrong', ({ log }) => (log.keys[0]!.vkey = withOtherId(vkey))],
    ['a size with a leading zero', 'decimal-invalid', ({ log }) => (log.keys[0]!.fromSize = '00')],
    [
      'a block of revocation as a number',
      'shape-wrong',
      ({ log }) => Object.assign(log.keys[0]!, { revokedAtBlock: 4 }),
    ],
    ['a chain id as a number', 'shape-wrong', ({ chain }) => Object.assign(chain, { chainId: 31337 })],
    ['a contract in capitals', 'hex-invalid', ({ chain }) => (chain.contract = `0x${'C0'.repeat(20)}`)],
    ['a contract of 19 bytes', 'length-wrong', ({ chain }) => (chain.contract = `0x${'c0'.repeat(19)}`)],
    ['no confirmation', 'shape-wrong', ({ chain }) => (chain.finality = { confirmations: '0' })],
    ['an unknown tag of finality', 'shape-wrong', ({ chain }) => (chain.finality = { tag: 'latest' })],
    ['no source', 'shape-wrong', ({ chain }) => (chain.sources = 0)],
    ['null for no pins', 'shape-wrong', (trust) => Object.assign(trust, { pinnedBlocks: null })],
    ['more endorsers demanded than named', 'shape-wrong', (trust) => (trust.endorsers = { k: 2, of: [ENDORSER] })],
    ['witness policies in v1', 'shape-wrong', (trust) => addPolicies(trust, { format: 'evidence-ledger/trust/v1' })],
    ['one policy and several', 'shape-wrong', (trust) => addPolicies(trust, { witnessPolicy: LATER.policy })],
    [
      'sizes of policies that fall',
      'shape-wrong',
      (trust) => addPolicies(trust, { witnessPolicies: [LATER, EARLIER] }),
    ],
    [
      'a last block of the policy in force',
      'shape-wrong',
      (trust) => addPolicies(trust, { witnessPolicies: [EARLIER, { ...LATER, untilBlock: '12' }] }),
    ],
    ['a pin of another log', 'shape-wrong', (trust) => (trust.pinnedCheckpoints = [otherPin()])],
  ];
  const changed = (change: (trust: TrustJson) => unknown): TrustJson => {
    const trust = trustJson(ledger);
    change(trust);
    return trust;
  };
  return {
    about:
      'Trust files: those that are read, with the fingerprint by which reports name them, and those that are refused.',
    cases: [
      ...read.map(([name, change]) => {
        const trust = changed(change);
        return { name, expected: 'read', fingerprint: fingerprint(trust), trust };
      }),
      ...refused.map(([name, code, change]) => ({ name, expected: 'refused', code, trust: changed(change) })),
    ],
  };
}

function keysInTurn(vkey: string, revokedAtBlock?: string): TrustJson['log']['keys'] {
  return [
    { vkey, fromSize: '0', toSize: '100', ...(revokedAtBlock !== undefined && { revokedAtBlock }) },
    { vkey: testKey(ORIGIN, 3).vkey, fromSize: '100' },
  ];
}

function withOtherId(vkey: string): string {
  return vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
}

function otherPin(): string {
  return checkpointNote(testLedger(), 3).replace(ORIGIN, 'other.example');
}

/** Hints are not part of the fingerprint. */
function fingerprint(trust: TrustJson): string {
  return sha256(jcs({ ...trust, chain: { ...trust.chain, rpcUrls: [] } })).toString('hex');
}
