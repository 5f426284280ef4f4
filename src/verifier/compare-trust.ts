import type { Service } from '../client/http.ts';
import { fetchRotations } from '../client/service.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { isRotationSigned, parseRotation, type Rotations } from '../protocol/key-rotation.ts';
import { formatVkey } from '../protocol/note/vkey.ts';
import { trustFingerprint } from '../protocol/trust-file.ts';
import type { Trust, TrustedKey } from '../protocol/trust.ts';
import type { Message } from '../text/message.ts';
import { trustFacts } from './trust-facts.ts';

/** What differs between two trust files. */
export interface TrustDifference {
  /** Fingerprints, hex. */
  readonly before: string;
  readonly after: string;
  readonly removed: readonly Message[];
  readonly added: readonly Message[];
  readonly newKeys: readonly NewKey[];
}

interface NewKey {
  readonly vkey: string;
  readonly fromSize: bigint;
  /** `not-asked`: the operator's statements on changes of keys are not available. */
  readonly signed: 'by-trusted-key' | 'no' | 'not-asked';
}

/**
 * The difference of two trust files; undefined where they have the same fingerprint. `rotations`
 * are the operator's statements on changes of keys, or the code of why there are none.
 */
export function compareTrust(before: Trust, after: Trust, rotations: Rotations | string): TrustDifference | undefined {
  const sha256 = { before: trustFingerprint(before), after: trustFingerprint(after) };
  if (sha256.before === sha256.after) return undefined;
  const [older, newer] = [trustFacts(before), trustFacts(after)];
  const without = (facts: readonly Message[], others: readonly Message[]) =>
    facts.filter(({ en }) => !others.some((other) => other.en === en));
  const isNew = ({ key }: TrustedKey) => !before.log.keys.some((other) => formatVkey(other.key) === formatVkey(key));
  const signed = typeof rotations === 'string' ? undefined : signedKeys(before, after, rotations);
  return {
    ...sha256,
    removed: without(older, newer),
    added: without(newer, older),
    newKeys: after.log.keys.filter(isNew).map((entry) => ({
      vkey: formatVkey(entry.key),
      fromSize: entry.fromSize,
      signed: signed === undefined ? 'not-asked' : signed.includes(entry) ? 'by-trusted-key' : 'no',
    })),
  };
}

/**
 * The keys that a key of the older file signed for, directly or by a chain of statements. Several
 * may be valid from the same size on: nothing was registered between the changes.
 */
function signedKeys(before: Trust, after: Trust, { log }: Rotations): readonly TrustedKey[] {
  const statements = log.map((note) => parseRotation(note));
  const isNamed = ({ key, fromSize }: TrustedKey, by: Trust) =>
    statements.some(
      (statement) =>
        formatVkey(statement.rotation.key) === formatVkey(key) &&
        statement.rotation.fromSize === fromSize &&
        isRotationSigned(statement, by),
    );
  const signed = after.log.keys.filter((entry) => isNamed(entry, before));
  for (const { key, fromSize } of signed) {
    const by = { ...after, log: { ...after.log, keys: [{ key, fromSize: 0n }] } };
    const next = after.log.keys.filter((entry) => entry.fromSize >= fromSize && isNamed(entry, by));
    // the loop continues with these
    signed.push(...next.filter((entry) => !signed.includes(entry)));
  }
  return signed;
}

/** The operator's statements on changes of keys, or the code of why the service gave none. */
export async function tryFetchRotations(service: Service): Promise<Rotations | string> {
  try {
    return await fetchRotations(service);
  } catch (error) {
    if (error instanceof ServiceUnreachable) return 'service-unreachable';
    if (error instanceof ServiceProblem) return error.code;
    throw error;
  }
}
