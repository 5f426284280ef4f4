/** What each setting is for, and what is said where one is wrong. */
export const SETTINGS_WORDS = {
  unknownKey: { zh: '{file}：不认识的设置项“{key}”', en: '{file}: unknown setting "{key}"' },
  knownKeys: { zh: '可用的设置项：{keys}', en: 'the settings are: {keys}' },
} as const;

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
  requireOutsideHead: {
    zh: '设为 1：合约或固定检查点确认日志之前不签署任何内容',
    en: 'with 1, nothing is signed before the contract or a pinned checkpoint has agreed',
  },
  pinnedCheckpoint: {
    zh: '存于别处的本日志已签检查点文件，启动时与日志比对',
    en: 'file with a signed checkpoint of this log, kept elsewhere; the log is compared with it at start',
  },
  url: { zh: '命令行要访问的服务地址', en: 'address of the service that the commands talk to' },
  apiKeyFile: { zh: '存放访问密钥的文件', en: 'file that holds the access key' },
  case: { zh: '未写 --case 时所用的案号', en: 'case number used where --case is not given' },
  lang: { zh: '语言：zh 或 en', en: 'language: zh or en' },
  home: { zh: '存放已记住的信任文件的目录', en: 'folder where remembered trust files are kept' },
} as const;
