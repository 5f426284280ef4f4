import type { ErrorEntry, HttpAnswer } from './error-entry.ts';
import { EXIT } from './exit-codes.ts';

const CONFLICT = {
  status: 409,
  title: { zh: '人员目录不允许这样更改', en: 'The directory does not allow this change' },
  advice: {
    zh: '按 detail 所述改正；目录保持原样',
    en: 'Correct what detail states; the directory is as it was.',
  },
} as const satisfies HttpAnswer;

const ABSENT = {
  status: 404,
  title: { zh: '人员目录中没有这一项', en: 'The directory has no such entry' },
  advice: { zh: '核对编号', en: 'Check the id.' },
} as const satisfies HttpAnswer;

/** Why a change of the directory (organisations, persons, keys, cases, grants) is refused. */
export const DIRECTORY_ERRORS = {
  'providers-wrong': {
    zh: '{file} 不能用作统一身份认证提供方的文件：{reason}',
    en: '{file} is no file of providers to sign in at: {reason}',
    exit: EXIT.usage,
  },
  'identity-not-named': {
    zh: '该人员没有绑定 {issuer} 的账号 {subject}',
    en: 'the account {subject} of {issuer} is not bound to the person',
    exit: EXIT.usage,
  },
  'directory-moved': {
    zh: '人员目录已被其他操作更改（现有 {count} 项，应为 {expected} 项）：请重试',
    en: 'the directory was changed in between: it has {count} entries, should have {expected}; try again',
    exit: EXIT.internal,
  },
  'directory-damaged': {
    zh: '人员目录第 {seq} 项（自 0 起）无法接在之前的各项之后：{reason}',
    en: 'entry {seq} of the directory does not follow those before it: {reason}',
    exit: EXIT.internal,
  },
  'access-log-behind': {
    zh: '数据目录被退回到较早状态，或访问日志被改动：{reason}',
    en: 'the data folder was put back to an earlier state, or its access log was changed: {reason}',
    hint: {
      zh: '放回最新的 access 目录或整个数据目录；确实没有时，运行 evl access accept：人员账号随即暂停，等管理员确认，缺失之处审计仍会指出',
      en: 'put the newest access folder, or the whole data folder, back; if there is none, run `evl access accept`: accounts then rest until an administrator confirms them, and an audit still shows what is missing',
    },
    exit: EXIT.inconsistent,
  },
  'access-cut-too-young': {
    zh: '访问日志至少保留六个月（183 天）：--before 须是更早的日期',
    en: 'the access log is kept for at least six months (183 days): --before has to be an earlier date',
    exit: EXIT.usage,
  },
  'organisation-not-named': {
    zh: '没有名为“{name}”的在用单位',
    en: 'there is no open organisation "{name}"',
    hint: {
      zh: '用 evl org list 查看各单位；新单位用 evl org add 建立',
      en: 'see `evl org list`; a new organisation is added with `evl org add`',
    },
    exit: EXIT.usage,
  },
  'person-not-named': {
    zh: '没有登录用户名为“{name}”的在任人员',
    en: 'there is no present person who signs in as "{name}"',
    hint: { zh: '用 evl people list 查看各人员', en: 'see `evl people list`' },
    exit: EXIT.usage,
  },
  'case-not-numbered': {
    zh: '在您所办的案件中，没有案号为 {number} 的一件，或不止一件',
    en: 'among your cases there is none with the number {number}, or more than one',
    exit: EXIT.usage,
  },
  'id-taken': { zh: '编号 {id} 已被使用', en: 'the id {id} is in use', exit: EXIT.notAllowed },
  'name-taken': {
    zh: '名称“{name}”已被使用',
    en: 'the name "{name}" is in use',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'organisation-unknown': {
    zh: '没有编号为 {id} 的单位',
    en: 'there is no organisation {id}',
    exit: EXIT.usage,
    http: ABSENT,
  },
  'organisation-closed': {
    zh: '单位“{name}”已停用',
    en: 'the organisation "{name}" is closed',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'organisation-in-use': {
    zh: '单位“{name}”仍有在册人员，不能停用',
    en: 'the organisation "{name}" still has persons and cannot be closed',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'person-unknown': { zh: '没有编号为 {id} 的人员', en: 'there is no person {id}', exit: EXIT.usage, http: ABSENT },
  'person-left': { zh: '“{name}”已离任', en: '"{name}" has left', exit: EXIT.notAllowed, http: CONFLICT },
  'first-person-not-admin': {
    zh: '第一个账户应为管理员',
    en: 'the first account should be that of an administrator',
    exit: EXIT.usage,
  },
  'last-admin': {
    zh: '不能取消最后一名能够登录的管理员：请先指定另一名管理员并由其登录',
    en: 'the last administrator who can sign in cannot be removed: make another one first, who signs in',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'last-supervisor': {
    zh: '该单位有案件，不能没有部门负责人：请先指定另一名部门负责人',
    en: 'the organisation has cases and needs a supervisor: make another one first',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'roles-none': { zh: '至少应有一个角色', en: 'a person should have at least one role', exit: EXIT.usage },
  'roles-incompatible': {
    zh: '角色 {role} 不得与其他角色（{other}）由同一人担任',
    en: 'one person cannot hold the role {role} together with another one ({other})',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'role-not-of-organisation': {
    zh: '种类为 {kind} 的单位不设角色 {role}，可设：{roles}',
    en: 'an organisation of the kind {kind} has no role {role}; its roles are {roles}',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'role-not-held': {
    zh: '该人员没有角色 {role}，其角色为：{roles}',
    en: 'the person does not hold the role {role}, but {roles}',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'until-past': {
    zh: '期限 {until} 已经过去',
    en: 'the end {until} lies in the past',
    hint: { zh: '给出将来的时间', en: 'state a time in the future' },
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'api-key-too-long': {
    zh: '密钥的期限 {until} 过长：至多 {days} 天',
    en: 'the end {until} is too late for an API key, which lasts at most {days} days',
    hint: { zh: '给出较早的期限；到期前另行签发', en: 'state an earlier time, and make another key before it ends' },
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'api-key-of-other': {
    zh: '不能为他人制作角色为{role}的 API 密钥：该角色可以查阅证据，密钥由本人在“我的账户”页面制作，或经命令行登录取得',
    en: 'an API key for the role {role} reads evidence: its owner makes it, on the page of the account or by evl login',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'successor-foreign': {
    zh: '接任人 {person} 不是同一单位的其他在任人员',
    en: 'the successor {person} is not another present person of the same organisation',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'passkey-unknown': {
    zh: '没有编号为 {id} 的通行密钥',
    en: 'there is no passkey {id}',
    exit: EXIT.usage,
    http: ABSENT,
  },
  'passkey-taken': {
    zh: '该通行密钥已登记',
    en: 'the passkey is registered already',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'identity-unknown': {
    zh: '没有编号为 {id} 的外部账号',
    en: 'there is no bound account {id}',
    exit: EXIT.usage,
    http: ABSENT,
  },
  'identity-taken': {
    zh: '该外部账号已与一名人员绑定',
    en: 'the account of the provider is bound to a person already',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'api-key-unknown': {
    zh: '没有有效的 API 密钥 {id}',
    en: 'there is no valid API key {id}',
    exit: EXIT.usage,
    http: ABSENT,
  },
  'case-unknown': { zh: '没有编号为 {id} 的案件', en: 'there is no case {id}', exit: EXIT.usage },
  'case-exists': {
    zh: '本单位已有案号为 {number} 的案件',
    en: 'the organisation has a case with the number {number} already',
    exit: EXIT.notAllowed,
  },
  'assignment-foreign': {
    zh: '人员 {person} 不属于本单位，或其单位既非案件的承办单位，也未获移送授权',
    en: 'the person {person} is of another organisation, or of one that neither owns the case nor holds a grant of it',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'assignment-role': {
    zh: '人员 {person} 的角色（{roles}）不办理案件',
    en: 'the roles of the person {person} ({roles}) do not work on cases',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'grant-to-owner': {
    zh: '案件本属该单位，无需授权',
    en: 'the organisation owns the case and needs no grant',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'grant-unknown': { zh: '没有编号为 {id} 的授权', en: 'there is no grant {id}', exit: EXIT.usage },
  'grant-ended': { zh: '授权 {id} 已终止', en: 'the grant {id} has ended', exit: EXIT.notAllowed, http: CONFLICT },
  'record-published': {
    zh: '存证记录 {id} 已经公开',
    en: 'the record {id} is published already',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'record-not-published': {
    zh: '存证记录 {id} 未公开',
    en: 'the record {id} is not published',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'restore-unconfirmed': {
    zh: '目录由备份恢复，尚未确认：在管理员确认之前不为他人签发密钥',
    en: 'the directory comes from a backup and is not confirmed: no keys are made for others before that',
    hint: {
      zh: '管理员登录后运行 evl people confirm-restore',
      en: 'an administrator signs in and runs "evl people confirm-restore"',
    },
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
  'restore-not-pending': {
    zh: '没有待确认的恢复',
    en: 'there is no restore to be confirmed',
    exit: EXIT.notAllowed,
    http: CONFLICT,
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
