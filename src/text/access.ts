/** What is wrong with an access log, and what its audit prints. */
export const ACCESS_FAULTS = {
  lineTooLong: { zh: '条目过长', en: 'an entry is too long' },
  missing: {
    zh: '缺少该日志流的文件，而存证日志记载它至少有 {to} 个条目',
    en: 'the file of this stream is missing, though the log states at least {to} entries of it',
  },
  damaged: {
    zh: '第 {seq} 个条目与前一条目不衔接（{reason}）：条目被改动、删除、调换，或文件已损坏',
    en: 'entry {seq} does not follow the one before it ({reason}): an entry was changed, removed or moved, or the file is damaged',
  },
  tooShort: {
    zh: '只有 {found} 个条目，而存证日志第 {record} 条记录（自 0 起）记载了 {to} 个',
    en: 'there are {found} entries, and record {record} of the log states {to}',
  },
  tornBelow: {
    zh: '末尾残缺，只剩 {found} 个完整条目，而存证日志第 {record} 条记录（自 0 起）记载了 {to} 个',
    en: 'the end is torn after {found} whole entries, and record {record} of the log states {to}',
  },
  otherHead: {
    zh: '到第 {to} 个条目为止，内容与存证日志第 {record} 条记录（自 0 起）所载不符：条目曾被改动并重新计算',
    en: 'up to entry {to} this is another stream than record {record} of the log states: entries were changed, and the chain made again',
  },
  cutUnrecorded: {
    zh: '该日志流已删除，但注明删除的条目尚未载入存证日志：服务启动后再核对',
    en: 'it was cut, and no record of the log covers the entry that says so: start the service, then check again',
  },
  cutUndated: {
    zh: '该日志流已删除，但它的末条记录（存证日志第 {record} 条，自 0 起）没有区块链锚定，不能证明已保存六个月',
    en: 'it was cut, and its last record ({record}) has no anchor that is final: that it was kept for six months is not proven',
  },
  cutYoung: {
    zh: '该日志流在末条记录（存证日志第 {record} 条，自 0 起）锚定 {days} 天后即被删除，不足六个月',
    en: 'it was cut {days} {days:day|days} after its last record ({record}) was anchored, which is less than six months',
  },
  recordOutOfOrder: {
    zh: '存证日志第 {record} 条记录（自 0 起）与该日志流的上一条记录不衔接',
    en: 'record {record} of the log does not follow the record before it of this stream',
  },
  behind: {
    zh: '条目少于存证日志所载',
    en: 'it has fewer entries than the log states',
  },
  directoryBehind: {
    zh: '人员目录有 {count} 项，而存证日志第 {record} 条记录（自 0 起）记载了 {stated} 项，或内容不同',
    en: 'the directory has {count} entries, and record {record} of the log states {stated}, or other ones',
  },
} as const;

/** What the operator of a running service is informed of. */
export const ACCESS_STATES = {
  writing: { zh: '访问日志恢复记录', en: 'the access log is written again' },
  low: {
    zh: '访问日志所在磁盘剩余不足 256 MiB：请腾出空间，否则将拒绝查看案件材料',
    en: 'less than 256 MiB are free for the access log: free some space, or looking at evidence will be refused',
  },
  refusing: {
    zh: '访问日志无法写入：拒绝查看案件材料与查询，登记不受影响；请腾出空间或检查磁盘',
    en: 'the access log cannot be written: looking at evidence and searching are refused, registration goes on; free some space or look at the disk',
  },
} as const;

/** The texts of `evl access`. */
export const ACCESS_COMMANDS = {
  cut: {
    zh: '删除已整段载入存证日志、且早于所给日期的访问日志；至少保留六个月',
    en: 'remove the access log from before a date, as far as the log has its heads; six months are always kept',
  },
  before: { zh: '日期，如 2026-01-31', en: 'date, such as 2026-01-31' },
  didCut: { zh: '已删除 {count} 个日志流', en: '{count} streams removed' },
  cutStream: { zh: '  {stream}：{to} 个条目', en: '  {stream}: {to} entries' },
  accept: {
    zh: '接受缺失的访问日志或被退回的数据目录，使服务可以启动；人员账号随即暂停，等管理员确认',
    en: 'accept that the access log lacks entries or the folder was put back, so that the service starts; accounts rest until an administrator confirms them',
  },
  accepted: {
    zh: '已接受与存证日志第 {record} 条记录（自 0 起）不符的状态；人员账号已暂停：启动后由管理员登录，用 evl people confirm-restore 确认',
    en: 'accepted a state that record {record} of the log contradicts; accounts rest: start the service, sign in as an administrator, then confirm with `evl people confirm-restore`',
  },
  nothingToAccept: {
    zh: '存证日志中没有访问日志的记录，无须接受',
    en: 'the log has no record of an access log: there is nothing to accept',
  },
} as const;

/** The texts of `evl audit --access` and `evl case access`. */
export const ACCESS_AUDIT = {
  option: {
    zh: '改为核对此数据目录或备份中的访问日志与存证日志所载是否一致',
    en: 'compare the access log of this data folder or backup with what its log states, and nothing else',
  },
  stream: {
    zh: '{stream}：{entries} 个条目，存证日志记载到第 {recorded} 个',
    en: '{stream}: {entries} entries, recorded in the log up to {recorded}',
  },
  agrees: {
    zh: '访问日志与存证日志所载一致：{streams} 个日志流，{records} 条记录，另有 {cut} 个已按规定删除',
    en: 'the access log is as its log states: {streams} streams, {records} records, {cut} streams cut as permitted',
  },
  contradicts: {
    zh: '访问日志与存证日志所载不一致：{streams} 个日志流，{records} 条记录，另有 {cut} 个已按规定删除',
    en: 'the access log is not as its log states: {streams} streams, {records} records, {cut} streams cut as permitted',
  },
  unrecorded: {
    zh: '有 {count} 个条目尚未载入存证日志：目前仅凭运营方保管',
    en: '{count} entries are not recorded in the log yet: so far they rest on the operator alone',
  },
  notProven: {
    zh: '不能证明的：载入存证日志之前已被运营方略去的条目；存证日志本身是否完整，由 evl audit 核对',
    en: 'not proven: entries that the operator left out before their head was recorded; whether the log itself is whole is for evl audit',
  },
  ofCase: {
    zh: '谁查看过本单位的案件（部门负责人）',
    en: 'who looked at a case of the own organisation (supervisors)',
  },
  request: {
    zh: '{at} {name}（{organisation}）{operation} {record} {status}',
    en: '{at} {name} ({organisation}) {operation} {record} {status}',
  },
  nobody: { zh: '没有查看记录', en: 'nobody is recorded to have looked at it' },
} as const;
