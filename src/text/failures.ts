/** Why a command ends without having done what it was asked. The names are the codes of `--json` errors: API, listed in PROTOCOL.md. */
export const FAILURES = {
  interrupted: { zh: '已中断', en: 'interrupted' },
  'config-unreadable': {
    zh: '无法读取设置文件 {file}：{reason}',
    en: 'cannot read the settings file {file}: {reason}',
  },
  'setting-wrong': {
    zh: '{name} 的值“{value}”不对，应为 {kind}',
    en: '{name} is "{value}", should be of the kind {kind}',
  },
  'file-unreadable': { zh: '无法读取 {file}：{reason}', en: 'cannot read {file}: {reason}' },
  'file-unwritable': { zh: '无法写入 {file}：{reason}', en: 'cannot write {file}: {reason}' },
  'file-not-regular': { zh: '{file} 不是普通文件', en: '{file} is not a regular file' },
  'file-changed': { zh: '{file} 在读取过程中发生变化', en: '{file} changed while it was read' },
} as const;
