import { MEMBER_RULES, type MemberRule } from '../text/problem-details.ts';

/**
 * The name of a rule, as the message of a schema: whoever validates says it in the reader's
 * language.
 */
export function rule(name: MemberRule): MemberRule {
  return name;
}

export function isMemberRule(message: string): message is MemberRule {
  return Object.hasOwn(MEMBER_RULES, message);
}
