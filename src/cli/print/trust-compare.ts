import type { Service } from '../../client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../../client/service-errors.ts';
import { fetchRotations } from '../../client/service.ts';
import { isRotationSigned, parseRotation, type Rotations } from '../../protocol/key-rotation.ts';
import { type Trust, type TrustedKey, trustFingerprint } from '../../protocol/trust.ts';
import { formatVkey } from '../../protocol/note/vkey.ts';
import { TRUST } from '../../text/trust.ts';
import type { Message } from '../../text/message.ts';
import type { Cli } from '../shell/context.ts';
import { trustFacts } from '../tasks/trust-facts.ts';

/** What became of a trust file. */
export interface TrustDifference {
  readonly before: string;
  readonly after: string;
  readonly removed: readonly Message[];
  readonly added: readonly Message[];
  readonly newKeys: readonly NewKey[];
}

interface NewKey {
  readonly vkey: string;
  readonly fromSize: bigint;
  /** `not-asked`: the operator's account of the change could not be had. */
  readonly signed: 'by-trusted-key' | 'no' | 'not-asked';
}

/**
 * Undefined where they have the same fingerprint. `rotations` is the operator's account of key
 * changes, or the code of why there is none.
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
 * Keys that a key of the older file signed for, or one that such a key leads to. Several may be
 * from one size on: nothing was registered between the changes.
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
    signed.push(...next.filter((entry) => !signed.includes(entry))); // and is followed from there
  }
  return signed;
}

/** The operator's account of changes, or the code of why it could not be had. */
export async function rotationsOf(service: Service): Promise<Rotations | string> {
  try {
    return await fetchRotations(service);
  } catch (error) {
    if (error instanceof ServiceUnreachable) return 'service-unreachable';
    if (error instanceof ServiceProblem) return error.code;
    throw error;
  }
}

export function printDifference(cli: Cli, difference: TrustDifference, rotations: Rotations | string): void {
  const { before, after, removed, added, newKeys } = difference;
  cli.output.line(cli.format(TRUST.differs, { before, after }), 'strong');
  for (const fact of removed) cli.output.line(cli.format(TRUST.removed, { fact }), 'warn');
  for (const fact of added) cli.output.line(cli.format(TRUST.added, { fact }), 'warn');
  if (removed.length + added.length === 0) cli.output.line(cli.format(TRUST.otherSpelling));
  for (const { vkey, fromSize: from, signed } of newKeys) {
    const id = vkey.split('+')[1]!;
    if (signed === 'by-trusted-key') cli.output.line(cli.format(TRUST.keySigned, { id, from }));
    else if (signed === 'no') cli.output.line(cli.format(TRUST.keyNotSigned, { id }), 'bad');
    else if (typeof rotations === 'string')
      cli.output.line(cli.format(TRUST.keyNotAsked, { id, code: rotations }), 'warn');
  }
}

export function differenceJson({ removed, added, newKeys, ...sha256 }: TrustDifference, cli: Cli) {
  return {
    same: false,
    sha256,
    removed: removed.map((fact) => cli.format(fact)),
    added: added.map((fact) => cli.format(fact)),
    newKeys: newKeys.map(({ fromSize, ...key }) => ({ ...key, fromSize: fromSize.toString() })),
  };
}
