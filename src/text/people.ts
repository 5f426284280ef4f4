import type { Message } from './message.ts';

/** Roles and kinds of organisations, as people read them. */

export const ROLE_NAMES = {
  handler: { zh: '办案人员', en: 'handler' },
  supervisor: { zh: '部门负责人', en: 'supervisor' },
  court: { zh: '法院人员', en: 'court' },
  auditor: { zh: '审计人员', en: 'auditor' },
  admin: { zh: '管理员', en: 'administrator' },
  party: { zh: '当事人或辩护人', en: 'party' },
} as const satisfies Readonly<Record<string, Message>>;

export const ORGANISATION_KIND_NAMES = {
  procuratorate: { zh: '人民检察院', en: 'procuratorate' },
  police: { zh: '公安机关', en: 'police' },
  supervision: { zh: '监察机关', en: 'supervision commission' },
  court: { zh: '人民法院', en: 'court' },
  notary: { zh: '公证机构', en: 'notary office' },
  audit: { zh: '审计单位', en: 'audit' },
  administration: { zh: '行政机关', en: 'administration' },
  party: { zh: '当事人一方', en: 'party' },
} as const satisfies Readonly<Record<string, Message>>;

export type RoleName = keyof typeof ROLE_NAMES;

/** The name of a role; the bare word where this table does not have it. */
export function roleName(role: string): Message {
  return Object.hasOwn(ROLE_NAMES, role) ? ROLE_NAMES[role as RoleName] : { zh: role, en: role };
}

/** The name of a kind of organisations; the bare word where this table does not have it. */
export function organisationKindName(kind: string): Message {
  const names: Readonly<Record<string, Message>> = ORGANISATION_KIND_NAMES;
  return Object.hasOwn(names, kind) ? names[kind]! : { zh: kind, en: kind };
}

/** The names of some roles as one list. */
export function listRoles(roles: readonly string[]): Message {
  const names = roles.map(roleName);
  return { zh: names.map(({ zh }) => zh).join('、'), en: names.map(({ en }) => en).join(', ') };
}

export const PEOPLE_FAULTS = {
  otherChain: {
    zh: '各项的哈希链与存储所载的不符',
    en: 'the chain of hashes is not the one that the store states',
  },
} as const satisfies Readonly<Record<string, Message>>;

/** What is wrong with the file of providers at which persons sign in. */
export const SIGN_IN_FAULTS = {
  repeated: { zh: '有两项的 id 或 issuer 相同', en: 'two of them have the same id or issuer' },
  id: {
    zh: 'id 应为小写字母、数字与连字符，至多 40 个',
    en: 'an id should be up to 40 lower-case letters, digits and hyphens',
  },
  algorithm: {
    zh: 'algorithm 应为 RS256、PS256、ES256 或 EdDSA',
    en: 'an algorithm should be RS256, PS256, ES256 or EdDSA',
  },
  issuer: {
    zh: 'issuer 应为 https 地址（本机可为 http）',
    en: 'an issuer should be an address with https, or with http on this machine',
  },
} as const satisfies Readonly<Record<string, Message>>;
