import type { Rotations } from '../../protocol/key-rotation.ts';
import { TRUST } from '../../text/trust.ts';
import type { TrustDifference } from '../../verifier/compare-trust.ts';
import type { Cli } from '../shell/context.ts';

/** Prints what differs, fact by fact, and how each new key was introduced. */
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
