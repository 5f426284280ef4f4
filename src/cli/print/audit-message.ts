import type { AuditProblem } from '../../audit/audit-problem.ts';
import { AUDIT, AUDIT_CODES, placeText } from '../../text/audit.ts';
import type { Message } from '../../text/message.ts';
import type { Cli } from '../shell/context.ts';

/** The sentence of a problem. */
export function messageOf({ code }: AuditProblem): Message {
  return AUDIT_CODES[code as keyof typeof AUDIT_CODES] ?? { zh: code, en: code };
}

/** Where the problem lies and the two values that differ, indented under its sentence. */
export function problemDetails(cli: Cli, { where, expected, found }: AuditProblem): string[] {
  return [
    `  ${cli.format(AUDIT.where, { where: placeText(where) })}`,
    ...(expected === undefined ? [] : [`  ${cli.format(AUDIT.expected, { value: expected })}`]),
    ...(found === undefined ? [] : [`  ${cli.format(AUDIT.found, { value: found })}`]),
  ];
}
