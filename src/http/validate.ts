import type { core, ZodType } from 'zod';
import type { Json } from '../protocol/encoding/json.ts';
import { LedgerError, type MemberError } from '../text/ledger-error.ts';
import { isMemberRule, MEMBER_RULES, type MemberRule, TYPE_NAMES } from '../text/member-rules.ts';
import { bilingual, type Message } from '../text/message.ts';
import { DETAILS } from '../text/problem-details.ts';

const MAX_ERRORS = 20;

/** Validates parsed JSON; throws `validation-failed` with a JSON pointer for each fault. */
export function validate<T>(schema: ZodType<T>, value: Json): T {
  const result = parse(schema, value);
  if (result.success) return result.data;
  throw validationFailed(result.error.issues.slice(0, MAX_ERRORS).flatMap(memberErrors));
}

/**
 * The rules of zod for lengths also look at an object with a member `length`, and throw when that
 * is no number. Such an object stands where a text or a list is due, so it is refused without it,
 * too.
 */
function parse<T>(schema: ZodType<T>, value: Json): ReturnType<ZodType<T>['safeParse']> {
  try {
    return schema.safeParse(value, { reportInput: true });
  } catch {
    const text = JSON.stringify(value, (key, member: Json) => (key === 'length' ? undefined : member));
    return schema.safeParse(JSON.parse(text), { reportInput: true });
  }
}

/** The error for these faults; its sentence names the first one. */
function validationFailed(errors: readonly MemberError[]): LedgerError {
  const { pointer, detail: reason } = errors[0]!;
  return new LedgerError('validation-failed', { member: pointer === '' ? DETAILS.wholeBody : pointer, reason, errors });
}

/** One issue of zod in our codes and sentences: its own are not ours to promise. */
export function memberErrors(issue: core.$ZodIssue): MemberError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      code: 'member-unknown',
      detail: MEMBER_RULES['member-unknown'],
    }));
  }
  const code = codeOf(issue);
  return [{ pointer: pointerOf(issue.path), code, detail: sentenceOf(issue, code) }];
}

/** The rule that the schema names, else the kind of rule that was broken. */
function sentenceOf(issue: core.$ZodIssue, code: MemberRule): Message {
  if (isMemberRule(issue.message)) return MEMBER_RULES[issue.message];
  if (issue.code !== 'invalid_type' || code !== 'type-wrong') return MEMBER_RULES[code];
  const expected = TYPE_NAMES[issue.expected] ?? issue.expected;
  return bilingual(MEMBER_RULES['type-wrong'], { expected });
}

function codeOf(issue: core.$ZodIssue): MemberRule {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'member-missing' : 'type-wrong';
    case 'too_small':
      return 'too-small';
    case 'too_big':
      return 'too-large';
    case 'invalid_format':
      return 'format-wrong';
    default:
      return 'value-wrong';
  }
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
