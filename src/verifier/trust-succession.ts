import { toBase64 } from '../protocol/encoding/bytes.ts';
import { canonicalJson } from '../protocol/encoding/json.ts';
import type { WitnessKey } from '../protocol/note/cosignature.ts';
import { isQuorumMet, type WitnessPolicy } from '../protocol/note/witness-policy.ts';
import type { VerifierKey } from '../protocol/note/vkey.ts';
import { trustJson } from '../protocol/trust-file.ts';
import { newestPolicy, type SizedPolicy, type Trust } from '../protocol/trust.ts';

/**
 * Up to this number of witnesses all sets of cosigners are tried; of more, it is not decided
 * whether a policy requires at least as much as another.
 */
const MAX_TRIED_WITNESSES = 16;

/**
 * Whether the newer trust file is the older one with further witness policies for later sizes, each
 * of which requires at least what the one before did: everything else is the same, and so is every
 * earlier policy. Addresses of nodes are hints and not compared.
 */
export function addsWitnessesOnly(before: Trust, after: Trust): boolean {
  const { witnessPolicies: older } = before;
  const { witnessPolicies: newer } = after;
  if (withoutPolicies(before) !== withoutPolicies(after) || newer.length <= older.length) return false;
  if (!older.every((policy, i) => isKept(policy, newer[i]!, i === older.length - 1))) return false;
  // where none was required before, none is for the sizes that there were
  if (older.length === 0 && newer[0]!.fromSize === 0n && newer[0]!.policy.quorum !== 'none') return false;
  return newer.slice(older.length).every((policy, i) => {
    const previous = i === 0 ? newestPolicy(before) : newer[older.length + i - 1];
    return previous === undefined || requiresAtLeast(policy.policy, previous.policy);
  });
}

function withoutPolicies(trust: Trust): string {
  const { format: _, ...facts } = trustJson({
    ...trust,
    witnessPolicies: [],
    chain: { ...trust.chain, rpcUrls: [] },
  });
  return canonicalJson(facts);
}

/** The policy that was in force gets the block by which it ends; the others have theirs. */
function isKept(older: SizedPolicy, newer: SizedPolicy, wasInForce: boolean): boolean {
  const isSame = older.fromSize === newer.fromSize && older.policy.source === newer.policy.source;
  return isSame && (wasInForce || older.untilBlock === newer.untilBlock);
}

/** Whether every set of cosigners that meets `newer` meets `older`; both are for the same logs. */
function requiresAtLeast(newer: WitnessPolicy, older: WitnessPolicy): boolean {
  const logsOf = ({ logs }: WitnessPolicy) => new Set(logs.map(({ key }) => idOf(key)));
  const [logs, before] = [logsOf(newer), logsOf(older)];
  const isForSameLogs = logs.size === before.size && [...logs].every((log) => before.has(log));
  if (older.quorum === 'none') return isForSameLogs;
  const { witnesses } = newer;
  if (!isForSameLogs || witnesses.length > MAX_TRIED_WITNESSES) return false;
  for (let set = 0; set < 2 ** witnesses.length; set++) {
    const cosigners = witnesses.filter((_, i) => Math.floor(set / 2 ** i) % 2 === 1).map(({ key }) => key);
    if (isQuorumMet(newer.quorum, new Set(cosigners)) && !isQuorumMet(older.quorum, sameKeysIn(older, cosigners))) {
      return false;
    }
  }
  return true;
}

function sameKeysIn({ witnesses }: WitnessPolicy, cosigners: readonly WitnessKey[]): ReadonlySet<WitnessKey> {
  const ids = new Set(cosigners.map(idOf));
  return new Set(witnesses.map(({ key }) => key).filter((key) => ids.has(idOf(key))));
}

function idOf({ name, publicKey }: VerifierKey): string {
  return `${name} ${toBase64(publicKey)}`;
}
