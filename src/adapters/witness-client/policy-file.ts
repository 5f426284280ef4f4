import { LedgerError } from '../../text/ledger-error.ts';
import { readFileSync } from 'node:fs';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import type { Trust } from '../../protocol/trust.ts';
import { formatVkey } from '../../protocol/note/vkey.ts';
import { parsePolicy, type PolicyWitness, type WitnessPolicy } from '../../protocol/note/witness-policy.ts';

/** A witness that can be asked. */
export type ReachableWitness = PolicyWitness & { readonly url: string };

/** The policy that the log asks its witnesses by, and those witnesses. */
export interface AskingPolicy {
  readonly policy: WitnessPolicy;
  readonly witnesses: readonly ReachableWitness[];
}

/**
 * Reads the operator's policy; `witness-policy-wrong` with the line where it is no policy, is not
 * of this log, or names a witness without an address.
 */
export function readWitnessPolicy(file: string, identity: Trust): AskingPolicy {
  try {
    const policy = parsePolicy(readFileSync(file, 'utf8'));
    requireOwnLog(policy, identity);
    return { policy, witnesses: policy.witnesses.map(requireAddress) };
  } catch (cause) {
    if (!(cause instanceof ProtocolError || cause instanceof LedgerError || isFileError(cause))) throw cause;
    throw new LedgerError('witness-policy-wrong', { detail: `${file}: ${cause.message}`, cause });
  }
}

/** A policy that names logs is met by their checkpoints alone. */
function requireOwnLog({ logs }: WitnessPolicy, { log }: Trust): void {
  const own = log.keys.map(({ key }) => formatVkey(key));
  if (logs.length === 0 || logs.some(({ key }) => own.includes(formatVkey(key)))) return;
  throw new LedgerError('witness-policy-wrong', {
    detail: `no log line of the policy has the key of this log, ${own[0]}`,
  });
}

function requireAddress(witness: PolicyWitness): ReachableWitness {
  const { name, url } = witness;
  if (url === undefined)
    throw new LedgerError('witness-policy-wrong', { detail: `the line of witness ${name} has no address` });
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed?.username === '' && parsed.password === '' && parsed.search === '' && parsed.hash === '';
  if (!isPlain || !/^https?:$/.test(parsed.protocol)) {
    // not shown: there may be a password in it
    throw new LedgerError('witness-policy-wrong', {
      detail: `the address of witness ${name} is not plain http or https`,
    });
  }
  return { ...witness, url };
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}
