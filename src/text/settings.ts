/** What a setting's value must be: "…, should be {kind}". */
export const SETTING_KINDS = {
  path: { zh: '路径', en: 'a path' },
  text: { zh: '文本', en: 'a text' },
  port: { zh: '端口号（0 至 65535）', en: 'a port (0 to 65535)' },
  milliseconds: { zh: '毫秒数', en: 'a number of milliseconds' },
  time: { zh: '日期（2026-11-30）或 RFC 3339 时间', en: 'a date (2026-11-30) or a time of RFC 3339' },
  seconds: { zh: '秒数', en: 'a number of seconds' },
  positive: { zh: '正整数', en: 'a whole number above 0' },
  hex64: { zh: '64 个十六进制字符', en: '64 hex digits' },
  count: { zh: '非负整数', en: 'a whole number' },
  bytes: { zh: '字节数', en: 'a number of bytes' },
  url: { zh: 'http 或 https 地址', en: 'an http or https address' },
  urls: { zh: '至多 16 个 http 或 https 地址', en: 'at most 16 http or https addresses' },
  hosts: {
    zh: '以空格或逗号分隔的主机名，端口非默认时写明（ledger.example:8443），至多 16 个',
    en: 'at most 16 host names, with the port where it is not the default one (ledger.example:8443), separated by spaces or commas',
  },
  webhook: { zh: 'http 或 https 地址', en: 'an http or https address' },
  address: { zh: '[主机:]端口', en: '[HOST:]PORT' },
  language: { zh: 'zh 或 en', en: 'zh or en' },
  switch: { zh: '0 或 1', en: '0 or 1' },
  log: { zh: 'text 或 json', en: 'text or json' },
  accounts: {
    zh: '以逗号分隔的链上账户（0x 加 40 位十六进制），至多 16 个，不重复',
    en: 'at most 16 accounts of the chain (0x and 40 hex digits), separated by commas, each once',
  },
} as const;

/** What the value of a setting is that only services and registrations have. */
export const CASE_FORMATS_KIND = {
  zh: '至多 50 个案号形式，每个至多 100 字，以分号分隔，如 `SA-<year>-<digits>`；占位符为 `<year>`、`<digits>`、`<digits:6>`、`<letters>`、`<han>` 与末尾的 `<text>`，长度不定的占位符后须有它本身不包括的字符',
  en: 'at most 50 forms of case numbers of at most 100 characters, separated by semicolons, such as `SA-<year>-<digits>`; the placeholders are `<year>`, `<digits>`, `<digits:6>`, `<letters>`, `<han>` and at the end `<text>`, and what follows one of any length must be something that it cannot be',
} as const;
export const ADDRESS_RANGES_KIND = {
  zh: '以空格或逗号分隔的地址或网段（192.0.2.7、2001:db8::/32），至多 16 个',
  en: 'at most 16 addresses or prefixes (192.0.2.7, 2001:db8::/32), separated by spaces or commas',
} as const;

/** Why a settings file cannot be used. */
export const SETTINGS_TEXTS = {
  notRegular: { zh: '不是普通文件', en: 'it is not a regular file' },
  tooLarge: { zh: '{bytes} 字节，过大', en: 'it has {bytes} bytes, too many' },
  notYaml: { zh: '第 {line} 行不是有效的 YAML', en: 'line {line} is not valid YAML' },
  notUtf8: { zh: '不是 UTF-8 文本（可能是 GBK）；请另存为 UTF-8', en: 'it is not UTF-8; save it as UTF-8' },
  notMapping: { zh: '内容应为“名称: 值”', en: 'it is not a mapping of names to values' },
  notText: { zh: '{key} 的值应为文本或数字', en: 'the value of {key} should be a text or a number' },
  knownKeys: { zh: '可用的设置项：{keys}', en: 'the settings are: {keys}' },
} as const;

/** A variable that looks like a setting and is none. */
export const UNKNOWN_VARIABLE = {
  zh: '环境变量 {name} 不是本程序的设置项，未起作用（evl settings 列出全部）',
  en: 'the variable {name} is no setting of this program and has no effect (evl settings lists them)',
} as const;

/** Variables that are not settings: the file cannot hold them. */
export const VARIABLES = {
  EVL_CONFIG: {
    zh: '设置文件；默认为当前目录的 evl.yaml，没有时为 /etc/evidence-ledger/evl.yaml',
    en: 'the settings file; default: evl.yaml in the current folder, else /etc/evidence-ledger/evl.yaml',
  },
  EVL_DEBUG: { zh: '设为 1 时，内部错误显示出处', en: 'with 1, internal errors are printed with their stack' },
  NO_COLOR: { zh: '非空时不用颜色', en: 'where not empty: no colours' },
} as const;

/** Sources of a setting, as `evl settings` prints them. */
export const SETTINGS_REPORT = {
  flag: { zh: '命令行', en: 'flag' },
  environment: { zh: '环境变量', en: 'environment' },
  file: { zh: '{file}', en: '{file}' },
  default: { zh: '默认', en: 'default' },
} as const;

/** Settings that a client's command does not take from a file that lies in the current folder. */
export const FOUND_SETTINGS = {
  zh: '{file} 只是恰好在当前目录中，其中的 {names} 未予采用（这些设置决定向谁查询、相信谁）；如果是您自己的设置，请用 EVL_CONFIG={file} 指明',
  en: 'not taken from {file}, which merely lies in the current folder: {names} (settings that decide who is asked and believed); if the file is your own, name it: EVL_CONFIG={file}',
} as const;
