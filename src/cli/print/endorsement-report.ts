import type { Endorsement } from '../../auditor/endorse.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { AUDIT } from '../../text/audit.ts';
import { EXIT } from '../../text/exit-codes.ts';
import type { Cli } from '../shell/context.ts';

/** Prints what became of an endorsement. */
export function printEndorsement(cli: Cli, endorsement: Endorsement): void {
  const { output } = cli;
  switch (endorsement.state) {
    case 'refused':
      return output.line(cli.format(AUDIT.notEndorsed), 'warn');
    case 'nothing-anchored':
      return output.line(cli.format(AUDIT.nothingToEndorse), 'warn');
    case 'before': {
      const { endorser: account, size, isFinal } = endorsement;
      const message = isFinal ? AUDIT.endorsedBefore : AUDIT.endorsedNotFinal;
      return output.line(cli.format(message, { account, size }), isFinal ? 'good' : 'warn');
    }
    case 'final': {
      const { endorser: account, size, blockNumber: block, txHash: tx } = endorsement;
      return output.line(cli.format(AUDIT.endorsed, { account, size, block, tx }), 'good');
    }
  }
}

/** The member `endorsement` of `--json`; null where nothing was endorsed. */
export function endorsementJson(endorsement: Endorsement): JsonObject | null {
  if (endorsement.state === 'before') {
    const { state, endorser, size, isFinal } = endorsement;
    return { state, endorser, size: size.toString(), isFinal };
  }
  if (endorsement.state === 'final') {
    const { state, endorser, size, root, blockNumber, blockHash, txHash } = endorsement;
    const anchored = { size: size.toString(), root: toBase64(root) };
    return { state, endorser, ...anchored, blockNumber: blockNumber.toString(), blockHash, txHash };
  }
  return null;
}

/** Exit code of an audit in order that was to be endorsed. */
export function endorsementExit(endorsement: Endorsement): number {
  const isPending =
    endorsement.state === 'nothing-anchored' || (endorsement.state === 'before' && !endorsement.isFinal);
  return isPending ? EXIT.pending : EXIT.ok;
}
