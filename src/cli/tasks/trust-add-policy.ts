import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { type AnchorsView, fetchAnchors } from '../../client/anchors.ts';
import { utf8Text } from '../../protocol/encoding/bytes.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import {
  describeQuorum,
  MAX_POLICY_BYTES,
  parsePolicy,
  type WitnessPolicy,
} from '../../protocol/note/witness-policy.ts';
import { witnessPoliciesJson } from '../../protocol/trust-file.ts';
import { newestPolicy, type SizedPolicy, type Trust } from '../../protocol/trust.ts';
import { parseErrorText } from '../../text/error-text.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { TRUST } from '../../text/trust.ts';
import { addsWitnessesOnly } from '../../verifier/trust-succession.ts';
import { serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { requireOffered, writeTrustText } from './trust-file.ts';

export interface AddPolicyOptions {
  readonly url?: string;
  readonly out?: string;
}

/** The policy of a log that had no witnesses. */
const NO_WITNESSES = 'quorum none\n';

/**
 * Writes the policies that the service offers and a new one, which holds from the next checkpoint
 * on. The one in force ends with the newest final anchor.
 */
export async function addPolicy(cli: Cli, file: string, { url, out }: AddPolicyOptions): Promise<number> {
  const [path, outPath] = argumentPaths(out === undefined ? [file] : [file, out]) as [PathBytes, PathBytes?];
  const policy = await readPolicy(path);
  const service = await serviceOf(cli.settings({ url }), cli.lang);
  const { value: offered } = await requireOffered(service);
  const anchors = await fetchAnchors(service);
  const untilBlock = lastFinalBlock(anchors);
  const fromSize = nextSize(offered, anchors);
  const policies = [...endedPolicies(offered, untilBlock), { fromSize, policy }];
  const text = `${JSON.stringify(witnessPoliciesJson(policies), null, 2)}\n`;
  if (outPath !== undefined) await writeTrustText(outPath, text);
  const isTakenOver = addsWitnessesOnly(offered, { ...offered, witnessPolicies: policies });
  const { output } = cli;
  output.notice(cli.format(TRUST.policyAdded, { from: fromSize, quorum: describeQuorum(policy.quorum) }), 'good');
  output.notice(
    untilBlock === undefined
      ? cli.format(TRUST.earlierWithoutAnchor)
      : cli.format(TRUST.earlierUntil, { block: untilBlock }),
  );
  output.notice(cli.format(isTakenOver ? TRUST.movesOn : TRUST.staysBehind), isTakenOver ? undefined : 'warn');
  if (outPath === undefined) output.line(text.trimEnd());
  output.json({
    witnessPolicies: witnessPoliciesJson(policies),
    movesOn: isTakenOver,
    ...(outPath !== undefined && { file: pathText(outPath).text }),
  });
  return EXIT.ok;
}

async function readPolicy(path: PathBytes): Promise<WitnessPolicy> {
  try {
    return parsePolicy(utf8Text(await readBoundedFile(path, MAX_POLICY_BYTES)));
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new LedgerError('witness-policy-wrong', { file: pathText(path).text, fault: parseErrorText(cause), cause });
  }
}

/** A policy that was added and has not been in force for any checkpoint keeps a size of its own. */
function nextSize({ witnessPolicies }: Trust, { head }: AnchorsView): bigint {
  const newest = newestPolicy({ witnessPolicies })?.fromSize ?? 0n;
  return head.size < newest ? newest + 1n : head.size + 1n;
}

function lastFinalBlock({ anchors }: AnchorsView): bigint | undefined {
  const block = anchors.find(({ state }) => state === 'final')?.blockNumber;
  return block !== undefined && /^[0-9]+$/.test(block) ? BigInt(block) : undefined;
}

function endedPolicies({ witnessPolicies }: Trust, untilBlock: bigint | undefined): readonly SizedPolicy[] {
  const first: SizedPolicy = { fromSize: 0n, policy: parsePolicy(NO_WITNESSES) };
  const policies = witnessPolicies.length === 0 ? [first] : witnessPolicies;
  return policies.map((policy, i) =>
    i === policies.length - 1 && untilBlock !== undefined ? { ...policy, untilBlock } : policy,
  );
}
