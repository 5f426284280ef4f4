import type { Problem } from '../../src/audit/problem.ts';
import { AUDIT, AUDIT_CODES, placeWords } from '../../src/text/audit.ts';
import type { Words } from '../../src/text/words.ts';
import type { Cli } from '../../src/cli/shell/context.ts';

/** The sentence of a problem. */
export function wordsOf({ code }: Problem): Words {
  return AUDIT_CODES[code as keyof typeof AUDIT_CODES] ?? { zh: code, en: code };
}

/** Where it lies, and the two values that differ; indented under its sentence. */
export function problemDetails(cli: Cli, { where, expected, found }: Problem): string[] {
  return [
    `  ${cli.say(AUDIT.where, { where: placeWords(where) })}`,
    ...(expected === undefined ? [] : [`  ${cli.say(AUDIT.expected, { value: expected })}`]),
    ...(found === undefined ? [] : [`  ${cli.say(AUDIT.found, { value: found })}`]),
  ];
}
