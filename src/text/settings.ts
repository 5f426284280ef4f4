/** What a setting's value must be. */
export const SETTING_KINDS = {
  path: { zh: '路径', en: 'a path' },
  text: { zh: '文本', en: 'a text' },
  port: { zh: '端口号（0 至 65535）', en: 'a port (0 to 65535)' },
  milliseconds: { zh: '毫秒数', en: 'a number of milliseconds' },
  seconds: { zh: '秒数', en: 'a number of seconds' },
  count: { zh: '非负整数', en: 'a number' },
  bytes: { zh: '字节数', en: 'a number of bytes' },
  url: { zh: 'http 或 https 地址', en: 'an http or https address' },
  urls: { zh: '至多 16 个 http 或 https 地址', en: 'at most 16 http or https addresses' },
  webhook: { zh: 'http 或 https 地址', en: 'an http or https address' },
  address: { zh: '[主机:]端口', en: '[HOST:]PORT' },
  language: { zh: 'zh 或 en', en: 'zh or en' },
  switch: { zh: '0 或 1', en: '0 or 1' },
  log: { zh: 'words 或 json', en: 'words or json' },
  accounts: {
    zh: '以逗号分隔的链上账户（0x 加 40 位十六进制），至多 16 个，不重复',
    en: 'at most 16 accounts of the chain (0x and 40 hex digits), separated by commas, each once',
  },
} as const;

/** What is said where the settings file is wrong. */
export const SETTINGS_TEXTS = {
  unknownKey: { zh: '{file}：不认识的设置项“{key}”', en: '{file}: unknown setting "{key}"' },
  tooLarge: { zh: '{bytes} 字节，过大', en: 'it has {bytes} bytes, too many' },
  notYaml: { zh: '不是有效的 YAML（{reason}）', en: '{reason}' },
  notMapping: { zh: '内容应为“名称: 值”', en: 'not a mapping of names to values' },
  notText: { zh: '{key} 的值不是文本或数', en: '{key}: not a text or number' },
  knownKeys: { zh: '可用的设置项：{keys}', en: 'the settings are: {keys}' },
} as const;

/** What holds where nothing is set, as far as it depends on the machine or on other settings. */
export const SETTING_DEFAULTS = {
  dataDir: { zh: './data', en: './data' },
  rpcUrl: { zh: '无（本地链）', en: 'none (the local chain)' },
  chainDir: { zh: '数据目录下的 chain', en: '`chain` in the data folder' },
  endorsers: { zh: '无', en: 'none' },
  pinnedCheckpoint: { zh: '无', en: 'none' },
  witnessPolicy: { zh: '无', en: 'none' },
  diskReserveBytes: { zh: '1 GiB 与磁盘的 5% 中较大者', en: 'the larger of 1 GiB and 5 % of the disk' },
  url: { zh: 'http://127.0.0.1:端口', en: 'http://127.0.0.1:PORT' },
  webhook: { zh: '无', en: 'none' },
  apiKeyFile: { zh: '无', en: 'none' },
  case: { zh: '无', en: 'none' },
  witnessDir: { zh: './witness', en: './witness' },
  lang: { zh: '依系统区域设置', en: 'as the locale says' },
  home: {
    zh: '$XDG_DATA_HOME 或 ~/.local/share 下的 evidence-ledger；Windows 为 %LOCALAPPDATA%',
    en: '`evidence-ledger` in $XDG_DATA_HOME or ~/.local/share; on Windows in %LOCALAPPDATA%',
  },
} as const;

/** Variables that are no settings: the file cannot hold them. */
export const VARIABLES = {
  EVL_CONFIG: {
    zh: '设置文件；默认为当前目录的 evl.yaml',
    en: 'the settings file; default: evl.yaml in the current folder',
  },
  EVL_DEBUG: { zh: '设为 1：内部错误时显示出处', en: 'with 1, internal errors show where they come from' },
  NO_COLOR: { zh: '非空：不用颜色', en: 'not empty: no colours' },
} as const;

/** What `evl settings` says. */
export const SETTINGS_REPORT = {
  flag: { zh: '命令行', en: 'flag' },
  environment: { zh: '环境变量', en: 'environment' },
  file: { zh: '{file}', en: '{file}' },
  default: { zh: '默认', en: 'default' },
} as const;

/** What each setting is for. */
export const SETTING_MEANINGS = {
  dataDir: { zh: '存证系统的数据目录', en: 'data folder of the ledger' },
  host: { zh: '服务监听的地址', en: 'address that the service listens on' },
  port: { zh: '服务监听的端口', en: 'port that the service listens on' },
  rpcUrl: {
    zh: '区块链节点的 JSON-RPC 地址（可写多个，用空格分隔）；不写则用本地链',
    en: 'JSON-RPC address of a chain node (several: separated by spaces); none: the local chain',
  },
  chainPort: { zh: '本地链的端口', en: 'port of the local chain' },
  chainDir: { zh: '本地链的目录', en: 'folder of the local chain' },
  anchorIntervalMs: { zh: '两次锚定之间的毫秒数', en: 'milliseconds between two anchors' },
  maxFeeGwei: {
    zh: '锚定（或背书）交易每单位 gas 愿付的最高价（gwei）；链上更贵时锚定等待，背书不发送；0 为不限',
    en: 'highest price in gwei of a unit of gas of an anchor or an endorsement; above it anchoring waits, and nothing is endorsed; 0: any price',
  },
  endorsers: {
    zh: '回执附上哪些账户的背书',
    en: 'accounts whose endorsements receipts embed',
  },
  requireOutsideHead: {
    zh: '设为 1：合约、固定检查点或见证节点确认日志之前不签署任何内容',
    en: 'with 1, nothing is signed before the contract, a pinned checkpoint or a witness has agreed',
  },
  pinnedCheckpoint: {
    zh: '存于别处的本日志已签检查点文件，启动时与日志比对',
    en: 'file with a signed checkpoint of this log, kept elsewhere; the log is compared with it at start',
  },
  witnessPolicy: {
    zh: '见证政策文件（C2SP tlog-policy，每个见证节点带地址）：其中的见证节点受邀联署检查点，并写入 /trust.json',
    en: 'file with the witness policy (C2SP tlog-policy, each witness with its address): these are asked to cosign checkpoints, and /trust.json demands their quorum',
  },
  scrubBytesPerSecond: {
    zh: '后台通读存储数据的速度，每秒字节数；0 为不通读',
    en: 'bytes per second that stored data is read again at in the background; 0: not at all',
  },
  diskReserveBytes: {
    zh: '磁盘剩余少于此字节数时停止写入；默认为 1 GiB 与磁盘的 5% 中较大者',
    en: 'nothing is registered while fewer bytes are free; default: the larger of 1 GiB and 5 % of the disk',
  },
  requestsPerSecond: {
    zh: '同一地址每秒可发的请求数，超过则须等待（429）；核验与锚定请求按比例更少，对见证节点的请求为其百分之一；0 为不限',
    en: 'requests a second of one address before it is told to wait (429); a share of it for verification and anchors, a hundredth for a witness; 0: no limit',
  },
  log: {
    zh: '服务日志的形式：words 为文字，json 为每行一个 JSON（含每个请求）；写到标准错误',
    en: 'how the service logs to standard error: words, or json for one JSON a line with every request',
  },
  url: { zh: '命令行要访问的服务地址', en: 'address of the service that the commands talk to' },
  webhook: {
    zh: 'audit --watch 以 POST 通报异常的地址',
    en: 'address to which audit --watch posts its alarms',
  },
  apiKeyFile: { zh: '存放访问密钥的文件', en: 'file that holds the access key' },
  case: { zh: '未写 --case 时所用的案号', en: 'case number used where --case is not given' },
  lang: { zh: '语言：zh 或 en', en: 'language: zh or en' },
  witnessDir: { zh: '见证节点的目录', en: 'folder of the witness' },
  witnessHost: { zh: '见证节点监听的地址', en: 'address that the witness listens on' },
  witnessPort: { zh: '见证节点监听的端口', en: 'port that the witness listens on' },
  home: {
    zh: '存放已记住的信任文件，以及各存证服务是哪个日志的目录',
    en: 'folder where remembered trust files are kept, and which log each service has',
  },
} as const;
