import type { Message } from './message.ts';

/**
 * What a member of a request should be. The first seven are codes of `errors[]`; the others are
 * named by the schemas, as the message of their check.
 */
export const MEMBER_RULES = {
  'member-missing': { zh: '缺少该项', en: 'is missing' },
  'member-unknown': { zh: '不认识的项', en: 'is not a known member' },
  'type-wrong': { zh: '类型不对，应为{expected}', en: 'has the wrong type, should be {expected}' },
  'too-small': { zh: '过小或过短', en: 'is too small or too short' },
  'too-large': { zh: '过大或过长', en: 'is too large or too long' },
  'format-wrong': { zh: '格式不对', en: 'has the wrong form' },
  'value-wrong': { zh: '不是允许的值', en: 'is not an allowed value' },
  hex64: { zh: '应为 64 个十六进制字符', en: 'should be 64 hex digits' },
  mediaType: { zh: '应为媒体类型，如 application/pdf', en: 'should be a media type like application/pdf' },
  plainText: {
    zh: '不得含有控制字符、不可见字符或解码错误留下的字符（U+FFFD）',
    en: 'should be text without control characters, invisible ones, and what a wrong decoding leaves (U+FFFD)',
  },
  nameTooLong: { zh: '不得超过 4096 字节', en: 'should be at most 4096 bytes' },
  caseTooLong: { zh: '归一化后过长', en: 'is too long once its characters are normalised' },
  txHash: { zh: '应为 0x 加 64 个十六进制字符', en: 'should be 0x and 64 hex digits' },
  nameNeedsCase: {
    zh: '按文件名查找须同时给出案号（case）',
    en: 'is missing: a file name is looked up within one case',
  },
  pageLimit: { zh: '应为 1 至 1000 的数', en: 'should be a number from 1 to 1000' },
} as const satisfies Readonly<Record<string, Message>>;

export type MemberRule = keyof typeof MEMBER_RULES;

/** The name of a rule, to be given to a schema as the message of a check. */
export function rule(name: MemberRule): MemberRule {
  return name;
}

export function isMemberRule(message: string): message is MemberRule {
  return Object.hasOwn(MEMBER_RULES, message);
}

/** The types of JSON and of its checked forms. */
export const TYPE_NAMES: Readonly<Record<string, Message>> = {
  string: { zh: '文本', en: 'a string' },
  number: { zh: '数', en: 'a number' },
  int: { zh: '整数', en: 'an integer' },
  boolean: { zh: '布尔值（true 或 false）', en: 'a boolean' },
  object: { zh: '对象', en: 'an object' },
  record: { zh: '对象', en: 'an object' },
  array: { zh: '列表', en: 'a list' },
  null: { zh: 'null', en: 'null' },
};
