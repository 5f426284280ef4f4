import { isPlainAddress } from '../../protocol/encoding/http.ts';
import type { PolicyWitness, WitnessPolicy } from '../../protocol/note/witness-policy.ts';
import { formatVkey } from '../../protocol/note/vkey.ts';
import { parseWitnessPolicies } from '../../protocol/trust-file.ts';
import { newestPolicy, type SizedPolicy, type Trust } from '../../protocol/trust.ts';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { POLICY_FAULTS } from '../../text/witness.ts';
import { readBoundedFileSync } from '../files/read-bounded.ts';

const MAX_FILE_BYTES = 1024 * 1024;

/** A witness with an address. */
export type ReachableWitness = PolicyWitness & { readonly url: string };

/** The policies that the log offers, the last of which it asks its witnesses by. */
export interface AskingPolicy {
  readonly policies: readonly SizedPolicy[];
  readonly policy: WitnessPolicy;
  readonly witnesses: readonly ReachableWitness[];
}

/**
 * Reads the operator's policies. Throws `witness-policy-wrong` where it cannot be read, is not for
 * this log, or names a witness without a plain address.
 */
export function readWitnessPolicy(file: string, identity: Trust): AskingPolicy {
  const wrong = (fault: Message, cause?: unknown) => new LedgerError('witness-policy-wrong', { file, fault, cause });
  let policies: readonly SizedPolicy[];
  try {
    policies = parseWitnessPolicies(Buffer.from(readBoundedFileSync(file, MAX_FILE_BYTES)).toString());
  } catch (cause) {
    throw wrong(errorText(cause), cause);
  }
  const { policy } = newestPolicy({ witnessPolicies: policies })!;
  const fault = logFault(policy, identity) ?? policy.witnesses.map(addressFault).find((each) => each !== undefined);
  if (fault !== undefined) throw wrong(fault);
  return { policies, policy, witnesses: policy.witnesses as readonly ReachableWitness[] };
}

/** A policy that names logs applies to their checkpoints only. */
function logFault({ logs }: WitnessPolicy, { log }: Trust): Message | undefined {
  const own = log.keys.map(({ key }) => formatVkey(key));
  if (logs.length === 0 || logs.some(({ key }) => own.includes(formatVkey(key)))) return undefined;
  return bilingual(POLICY_FAULTS.otherLog, { vkey: own[0]! });
}

/** The address is not quoted: there may be a password in it. */
function addressFault({ name, url }: PolicyWitness): Message | undefined {
  if (url === undefined) return bilingual(POLICY_FAULTS.addressMissing, { name });
  return isPlainAddress(url) ? undefined : bilingual(POLICY_FAULTS.addressNotPlain, { name });
}
