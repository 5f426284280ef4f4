import { toHex, utf8Bytes } from './encoding/bytes.ts';
import { checkOrigin, parseCheckpoint } from './note/checkpoint.ts';
import { decimal, hexField } from './chain/rpc.ts';
import { ProtocolError } from './encoding/errors.ts';
import { sha256 } from './encoding/hash.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject, parseJson } from './encoding/json.ts';
import { MAX_NOTE_BYTES, parseNote } from './note/note.ts';
import { integer, list, members, text, wrong } from './encoding/shape.ts';
import { formatVkey, parseVkey } from './note/vkey.ts';
import { MAX_POLICY_BYTES, parsePolicy, type WitnessPolicy } from './note/witness-policy.ts';
import type { Finality, PinnedCheckpoint, SizedPolicy, Trust, TrustedChain, TrustedKey } from './trust.ts';

const TRUST_V1 = 'evidence-ledger/trust/v1';
/**
 * Adds `vouchedBy` to pinned blocks, and `witnessPolicies` in the place of `witnessPolicy`. A file
 * that v1 can express stays v1.
 */
const TRUST_V2 = 'evidence-ledger/trust/v2';
const MAX_VOUCHER_CHARACTERS = 500;
export const MAX_TRUST_BYTES = 1024 * 1024;
const MAX_ITEMS = 1000;

/**
 * Parses a trust file. Throws `trust-format-unknown`, `trust-repeated` (a list has two entries for
 * one key, size, block or node), `shape-wrong`, or the error of a member or of the JSON.
 */
export function parseTrust(source: Uint8Array | string): Trust {
  return readTrust(parseJson('trust file', source, MAX_TRUST_BYTES));
}

/** The same from parsed JSON. */
export function readTrust(value: Json): Trust {
  const { format } = members('trust file', value);
  if (format !== TRUST_V1 && format !== TRUST_V2) {
    throw new ProtocolError(
      'trust-format-unknown',
      `trust file has a format other than "${TRUST_V1}" and "${TRUST_V2}"`,
      { place: 'format', expected: `${TRUST_V1} | ${TRUST_V2}` },
    );
  }
  const optional = ['witnessPolicy', 'endorsers', 'pinnedCheckpoints', 'pinnedBlocks', 'maxPendingMs'];
  const added = format === TRUST_V2 ? ['witnessPolicies'] : [];
  const trust = members('trust file', value, ['format', 'log', 'chain'], [...optional, ...added]);
  const log = parseLog(trust['log']);
  const pinnedCheckpoints = optionalList('pinnedCheckpoints', trust['pinnedCheckpoints'], MAX_ITEMS).map((pin) =>
    parsePin(pin, log.origin),
  );
  requireDistinct('the pinned checkpoint of size', pinnedCheckpoints, ({ checkpoint }) => checkpoint.size.toString());
  const pinnedBlocks = optionalList('pinnedBlocks', trust['pinnedBlocks'], MAX_ITEMS).map((pin) => {
    const block = members('pinned block', pin, ['number', 'hash'], format === TRUST_V2 ? ['vouchedBy'] : []);
    const vouchedBy = block['vouchedBy'];
    return {
      number: decimal('number', block['number']),
      hash: hexField('hash', block['hash'], 32),
      ...(vouchedBy !== undefined && { vouchedBy: text('vouchedBy', vouchedBy, MAX_VOUCHER_CHARACTERS) }),
    };
  });
  requireDistinct('pinned block', pinnedBlocks, ({ number }) => number.toString());
  return {
    log,
    chain: parseChain(trust['chain']),
    witnessPolicies: parsePolicies(trust['witnessPolicy'], trust['witnessPolicies']),
    ...(trust['endorsers'] !== undefined && { endorsers: parseEndorsers(trust['endorsers']) }),
    pinnedCheckpoints,
    pinnedBlocks,
    ...(trust['maxPendingMs'] !== undefined && {
      maxPendingMs: integer('maxPendingMs', trust['maxPendingMs'], 0, Number.MAX_SAFE_INTEGER),
    }),
  };
}

/** The trust file in its JSON form; empty optional lists are left out. */
export function trustJson(trust: Trust): JsonObject {
  const { chain, witnessPolicies: policies } = trust;
  const isOnePolicy = policies.length === 1 && policies[0]!.fromSize === 0n;
  const isV1 = policies.length === 0 || isOnePolicy;
  return {
    format: isV1 && trust.pinnedBlocks.every(({ vouchedBy }) => vouchedBy === undefined) ? TRUST_V1 : TRUST_V2,
    log: {
      origin: trust.log.origin,
      keys: trust.log.keys.map(({ key, fromSize, toSize, revokedAtBlock }) => ({
        vkey: formatVkey(key),
        fromSize: fromSize.toString(),
        ...(toSize !== undefined && { toSize: toSize.toString() }),
        ...(revokedAtBlock !== undefined && { revokedAtBlock: revokedAtBlock.toString() }),
      })),
    },
    chain: {
      chainId: chain.chainId.toString(),
      genesisHash: chain.genesisHash,
      contract: chain.contract,
      codeHash: chain.codeHash,
      logs: chain.logs.map(({ logId, fromSize }) => ({ logId, fromSize: fromSize.toString() })),
      operatedBy: chain.operatedBy,
      finality:
        'tag' in chain.finality ? { ...chain.finality } : { confirmations: chain.finality.confirmations.toString() },
      sources: chain.sources,
      rpcUrls: chain.rpcUrls,
    },
    ...(isOnePolicy && { witnessPolicy: policies[0]!.policy.source }),
    ...(!isV1 && { witnessPolicies: witnessPoliciesJson(policies) }),
    ...(trust.endorsers !== undefined && { endorsers: { ...trust.endorsers } }),
    ...(trust.pinnedCheckpoints.length > 0 && { pinnedCheckpoints: trust.pinnedCheckpoints.map((pin) => pin.note) }),
    ...(trust.pinnedBlocks.length > 0 && {
      pinnedBlocks: trust.pinnedBlocks.map(({ number, ...pin }) => ({ number: number.toString(), ...pin })),
    }),
    ...(trust.maxPendingMs !== undefined && { maxPendingMs: trust.maxPendingMs }),
  };
}

/** Hex SHA-256 of the canonical trust file without `rpcUrls`; reports identify it by this. */
export function trustFingerprint(trust: Trust): string {
  const facts = { ...trust, chain: { ...trust.chain, rpcUrls: [] } };
  return toHex(sha256(utf8Bytes(canonicalJson(trustJson(facts)))));
}

function policyJson({ fromSize, policy, untilBlock }: SizedPolicy): JsonObject {
  return {
    fromSize: fromSize.toString(),
    policy: policy.source,
    ...(untilBlock !== undefined && { untilBlock: untilBlock.toString() }),
  };
}

function parseLog(value: Json | undefined): Trust['log'] {
  const log = members('log', value, ['origin', 'keys']);
  const keys = list('keys', log['keys'], MAX_ITEMS).map(parseKey);
  if (keys.length === 0) throw wrong('trust file names no log key', { place: 'keys', found: 0, unit: 'items' });
  requireDistinct('log key', keys, ({ key }) => toHex(key.publicKey));
  return { origin: checkOrigin(text('origin', log['origin'], 255)), keys };
}

/**
 * Parses the witness policies of a file: a tlog-policy, for all sizes, or a JSON list as the member
 * `witnessPolicies` of a trust file. Throws `policy-malformed`, `shape-wrong`, or an error of keys
 * or JSON.
 */
export function parseWitnessPolicies(source: string): readonly SizedPolicy[] {
  if (!source.trimStart().startsWith('[')) return [{ fromSize: 0n, policy: parsePolicy(source) }];
  return parsePolicies(undefined, parseJson('witness policies', source, MAX_TRUST_BYTES));
}

/** The same list as `parseWitnessPolicies` reads it. */
export function witnessPoliciesJson(policies: readonly SizedPolicy[]): JsonObject[] {
  return policies.map(policyJson);
}

/** One policy for all sizes, as in v1, or one for each range of sizes. */
function parsePolicies(single: Json | undefined, sized: Json | undefined): readonly SizedPolicy[] {
  if (sized === undefined) {
    return single === undefined ? [] : [{ fromSize: 0n, policy: parsePolicyText('witnessPolicy', single) }];
  }
  if (single !== undefined) {
    throw wrong('trust file has both witnessPolicy and witnessPolicies', { place: 'witnessPolicies' });
  }
  const policies = list('witnessPolicies', sized, MAX_ITEMS).map((item): SizedPolicy => {
    const entry = members('witness policy', item, ['fromSize', 'policy'], ['untilBlock']);
    const untilBlock = entry['untilBlock'];
    return {
      fromSize: decimal('fromSize', entry['fromSize']),
      policy: parsePolicyText('policy', entry['policy']),
      ...(untilBlock !== undefined && { untilBlock: decimal('untilBlock', untilBlock) }),
    };
  });
  if (policies.length === 0) throw wrong('witnessPolicies is empty', { place: 'witnessPolicies', found: 0 });
  if (policies.at(-1)!.untilBlock !== undefined) {
    throw wrong('the last of witnessPolicies is in force and has no untilBlock', { place: 'untilBlock' });
  }
  requireRising('fromSize', policies, ({ fromSize }) => fromSize, 1n);
  const ended = policies.filter(({ untilBlock }) => untilBlock !== undefined);
  requireRising('untilBlock', ended, ({ untilBlock }) => untilBlock!, 0n);
  return policies;
}

function parsePolicyText(what: string, value: Json | undefined): WitnessPolicy {
  return parsePolicy(text(what, value, MAX_POLICY_BYTES));
}

/** Each number exceeds the one before by at least `step`. */
function requireRising<Item>(place: string, items: readonly Item[], of: (item: Item) => bigint, step: bigint): void {
  items.slice(1).forEach((item, i) => {
    const least = of(items[i]!) + step;
    if (of(item) < least) {
      const facts = { place, found: of(item).toString(), expected: `>= ${least}` };
      throw wrong(`${place} ${of(item)} of witnessPolicies should be at least ${least}`, facts);
    }
  });
}

function parseKey(item: Json): TrustedKey {
  const entry = members('key', item, ['vkey', 'fromSize'], ['toSize', 'revokedAtBlock']);
  const fromSize = decimal('fromSize', entry['fromSize']);
  const toSize = entry['toSize'] === undefined ? undefined : decimal('toSize', entry['toSize']);
  // Equal sizes are a key that was replaced before it signed anything.
  if (toSize !== undefined && toSize < fromSize)
    throw wrong(`toSize ${toSize} should be at least ${fromSize}`, {
      place: 'toSize',
      found: toSize.toString(),
      expected: `>= ${fromSize}`,
    });
  return {
    key: parseVkey(text('vkey', entry['vkey'], 1024)),
    fromSize,
    ...(toSize !== undefined && { toSize }),
    ...(entry['revokedAtBlock'] !== undefined && {
      revokedAtBlock: decimal('revokedAtBlock', entry['revokedAtBlock']),
    }),
  };
}

/** A list that contradicts itself is refused instead of being decided by its order. */
function requireDistinct<Item>(what: string, items: readonly Item[], keyOf: (item: Item) => string): void {
  const seen = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    if (seen.has(key))
      throw new ProtocolError('trust-repeated', `trust file has two entries for ${what} ${key}`, {
        place: what,
        found: key,
      });
    seen.add(key);
  }
}

function parseChain(value: Json | undefined): TrustedChain {
  const required = ['chainId', 'genesisHash', 'contract', 'codeHash', 'logs', 'operatedBy', 'finality', 'sources'];
  const chain = members('chain', value, required, ['rpcUrls']);
  const operatedBy = chain['operatedBy'];
  if (operatedBy !== 'operator' && operatedBy !== 'others')
    throw wrong('operatedBy should be "operator" or "others"', { place: 'operatedBy', expected: 'operator | others' });
  const logs = list('logs', chain['logs'], MAX_ITEMS).map((item) => {
    const log = members('log', item, ['logId', 'fromSize']);
    return { logId: hexField('logId', log['logId'], 32), fromSize: decimal('fromSize', log['fromSize']) };
  });
  requireDistinct('log id', logs, ({ logId }) => logId);
  requireDistinct('the log id from size', logs, ({ fromSize }) => fromSize.toString());
  const rpcUrls = optionalList('rpcUrls', chain['rpcUrls'], 16).map((url) => text('rpcUrl', url, 2048));
  requireDistinct('node', rpcUrls, (url) => url);
  return {
    chainId: decimal('chainId', chain['chainId']),
    genesisHash: hexField('genesisHash', chain['genesisHash'], 32),
    contract: hexField('contract', chain['contract'], 20),
    codeHash: hexField('codeHash', chain['codeHash'], 32),
    logs,
    operatedBy,
    finality: parseFinality(chain['finality']),
    sources: integer('sources', chain['sources'], 1, 16),
    rpcUrls,
  };
}

/** An absent list is empty; null is refused, so that a pin cannot get lost by a mistake. */
function optionalList(what: string, value: Json | undefined, maxItems: number): readonly Json[] {
  return value === undefined ? [] : list(what, value, maxItems);
}

function parseFinality(value: Json | undefined): Finality {
  if (isJsonObject(value) && 'tag' in value) {
    const { tag } = members('finality', value, ['tag']);
    if (tag !== 'finalized' && tag !== 'safe')
      throw wrong('finality tag should be "finalized" or "safe"', { place: 'tag', expected: 'finalized | safe' });
    return { tag };
  }
  const { confirmations } = members('finality', value, ['confirmations']);
  const count = decimal('confirmations', confirmations);
  if (count < 1n) throw wrong('confirmations should be at least 1', { place: 'confirmations', found: 0 });
  return { confirmations: count };
}

function parseEndorsers(value: Json): { k: number; of: string[] } {
  const endorsers = members('endorsers', value, ['k', 'of']);
  const of = list('of', endorsers['of'], MAX_ITEMS).map((address) => hexField('endorser', address, 20));
  if (new Set(of).size !== of.length) throw wrong('an endorser is named twice', { place: 'endorsers.of' });
  return { k: integer('k', endorsers['k'], 1, of.length), of };
}

function parsePin(value: Json, origin: string): PinnedCheckpoint {
  const note = text('pinned checkpoint', value, MAX_NOTE_BYTES);
  const checkpoint = parseCheckpoint(parseNote(note).text);
  if (checkpoint.origin !== origin)
    throw wrong('a pinned checkpoint is of another origin', {
      place: 'pinnedCheckpoints',
      found: checkpoint.origin,
      expected: origin,
    });
  return { note, checkpoint };
}
