/** What is wrong with a backup. Values of `fault` in src/text/errors.ts. */
export const BACKUP_FAULTS = {
  missing: { zh: '缺少 {file}', en: '{file} is missing' },
  several: {
    zh: '其中有多份备份，请指明一份，最新的是 {newest}',
    en: 'it holds several backups; name one of them, the newest is {newest}',
  },
  unreadable: { zh: '{file} 无法读取：{reason}', en: '{file} cannot be read: {reason}' },
  otherLength: {
    zh: '{file} 为 {found} 字节，应为 {expected} 字节',
    en: '{file} has {found} bytes, should have {expected}',
  },
  otherDigest: {
    zh: '{file} 的 SHA-256 为 {found}，应为 {expected}',
    en: '{file} has SHA-256 {found}, should have {expected}',
  },
  storeProblem: { zh: '{problem}（{code}）', en: '{code}: {problem}' },
  otherOrigin: {
    zh: '其存证日志为 {found}，清单所列为 {expected}',
    en: 'its log is {found}, that of the manifest is {expected}',
  },
  otherJournal: {
    zh: '登记流水与清单不符：大小 {size}，根 {root}；应为大小 {expectedSize}，根 {expectedRoot}',
    en: 'the journal is not that of the manifest: it has size {size} with root {root}, should have {expectedSize} with {expectedRoot}',
  },
} as const;
