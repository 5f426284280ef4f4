import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STORE_PROBLEM_CODES } from '../src/log/model.ts';
import { WITNESS_STATES } from '../src/log/witness-session.ts';
import { READING_CODES } from '../src/protocol/encoding/errors.ts';
import type { ErrorEntry } from '../src/text/error-entry.ts';
import { CATALOGUE } from '../src/text/catalogue.ts';
import { AUDIT_CODES } from '../src/text/audit.ts';
import { STEP_CODES } from '../src/text/step-codes.ts';
import { INABILITY_CODES, REFUSAL_CODES } from '../src/witness/answer.ts';

/** `npm run codes`: writes the lists of PROTOCOL.md §9 from the tables that the program uses. */

const root = join(import.meta.dirname, '..');
const PROTOCOL = join(root, 'PROTOCOL.md');

/** A table names a variant of a code `topic/code`. */
function withoutTopic(code: string): string {
  return code.slice(code.indexOf('/') + 1);
}

/** The lists by name, each a paragraph of codes in alphabetical order. */
export function codeLists(): Readonly<Record<string, string>> {
  const errors: [string, ErrorEntry][] = Object.entries(CATALOGUE);
  const reading: readonly string[] = READING_CODES;
  const list = (codes: readonly string[]) =>
    `${[...new Set(codes.map((code) => `\`${withoutTopic(code)}\``))].toSorted().join(', ')}.`;
  const answers = errors.filter(([, { http }]) => http !== undefined);
  return {
    service: `${answers
      .map(([code, { http }]) => `\`${code}\` (${http!.status})`)
      .toSorted()
      .join(', ')}.`,
    'command line': list(errors.filter(([, { exit }]) => exit !== undefined).map(([code]) => code)),
    steps: list(Object.keys(STEP_CODES).filter((code) => !reading.includes(withoutTopic(code)))),
    reading: list(reading),
    audit: list(Object.keys(AUDIT_CODES)),
    fsck: list(STORE_PROBLEM_CODES),
    witness: list([...REFUSAL_CODES, ...INABILITY_CODES]),
    witnesses: list(WITNESS_STATES.filter((state) => state.startsWith('witness-'))),
  };
}

/**
 * PROTOCOL.md with its lists replaced; each stands between `<!-- codes: name -->` and `<!-- end
 * -->`.
 */
export function withCodeLists(text: string): string {
  const lists = codeLists();
  return text.replaceAll(
    /(<!-- codes: ([a-z ]+) -->\n)[^]*?(\n<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      if (lists[name] === undefined) throw new Error(`there is no list of codes named ${name}`);
      return `${begin}\n${lists[name]}\n${end}`;
    },
  );
}

if (import.meta.main) writeFileSync(PROTOCOL, withCodeLists(readFileSync(PROTOCOL, 'utf8')));
