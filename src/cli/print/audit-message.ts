import type { AuditProblem } from '../../audit/audit-problem.ts';
import { AUDIT, AUDIT_CODES, placeText } from '../../text/audit.ts';
import type { Message } from '../../text/message.ts';
import { osErrorMessage } from '../../text/os-errors.ts';
import type { Cli } from '../shell/context.ts';

/** The sentence of a problem; its code where the code came from elsewhere and is not known. */
export function messageOf({ code }: AuditProblem): Message {
  return AUDIT_CODES[code as keyof typeof AUDIT_CODES] ?? { zh: code, en: code };
}

/** The place of a problem and the two values that differ, indented under its sentence. */
export function problemDetails(cli: Cli, { code, where, expected, found }: AuditProblem): string[] {
  const foundText = code === 'state-unwritable' && found !== undefined ? osErrorMessage(found) : found;
  return [
    `  ${cli.format(AUDIT.where, { where: placeText(where) })}`,
    ...(expected === undefined ? [] : [`  ${cli.format(AUDIT.expected, { value: expected })}`]),
    ...(foundText === undefined ? [] : [`  ${cli.format(AUDIT.found, { value: foundText })}`]),
  ];
}
