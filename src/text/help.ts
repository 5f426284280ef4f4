/** Help texts of the command line, and what is said about a command line that cannot be read. */

/** One line for each subcommand. */
export const COMMANDS = {
  init: {
    zh: '新建存证系统：密钥、标识、数据目录、合约',
    en: 'create a ledger: keys, identity, data folder, contract',
  },
  serve: { zh: '启动服务（需要时连同本地链）', en: 'run the service (and the local chain, where it is used)' },
  chain: { zh: '单独运行本地链', en: 'run the local chain alone' },
  add: { zh: '登记文件或整个目录，取得存证回执', en: 'register files or whole folders and get their receipts' },
  verify: { zh: '核验文件与回执', en: 'verify a file against its receipt' },
  check: {
    zh: '成批核验：目录及其回执，或 SHA256SUMS 列表',
    en: 'check many: a folder with its receipts, or SHA256SUMS',
  },
  receipt: { zh: '取得回执，或为回执补上锚定信息', en: 'get a receipt, or upgrade one with its anchor' },
  trust: {
    zh: '查看、比较、接受信任文件，并记入区块与检查点',
    en: 'show, compare and accept trust files, and pin blocks and checkpoints in them',
  },
  key: { zh: '更换或吊销运营方的密钥', en: 'rotate or revoke the keys of the operator' },
  hash: { zh: '计算文件的 SHA-256 与 SM3', en: 'compute SHA-256 and SM3 of files' },
  audit: { zh: '重算整个日志并与链上记录比对', en: 'recompute the whole log and compare it with the chain' },
  anchor: { zh: '查看或重试锚定', en: 'show or retry anchors' },
  fsck: { zh: '通读并比对存储的全部数据', en: 'read everything that is stored, and compare it' },
  'rebuild-index': { zh: '由日志文件重建索引', en: 'rebuild the index from the journal' },
  repair: { zh: '由备份复原损坏或缺失的部分', en: 'put back from a backup what is damaged or missing' },
  backup: { zh: '备份存证系统（服务可继续运行）', en: 'copy the ledger, while the service runs' },
  restore: { zh: '由备份恢复存证系统', en: 'make the ledger again from a backup' },
  witness: { zh: '见证节点：联署日志的检查点', en: 'a witness: cosigns the checkpoints of logs' },
  settings: { zh: '列出全部设置、现值及其来源', en: 'list all settings, what is in force, and where it comes from' },
  completion: { zh: '输出 shell 的命令补全脚本', en: 'print a completion script for the shell' },
  doctor: { zh: '检查运行环境与存证系统的状态', en: 'look at the surroundings and the state of the ledger' },
} as const;

/** Headings that commander writes in English. */
export const HELP_HEADINGS = {
  'Usage:': { zh: '用法：', en: 'Usage:' },
  'Arguments:': { zh: '参数：', en: 'Arguments:' },
  'Options:': { zh: '选项：', en: 'Options:' },
  'Global Options:': { zh: '通用选项：', en: 'Global options:' },
  'Commands:': { zh: '命令：', en: 'Commands:' },
} as const;

export const USAGE = {
  program: {
    zh: '电子数据存证：登记、锚定、核验。退出码：0 核验一致，1 核验不一致，3 未查到，4 已登记待上链，5 证据链异常，6 无法判定，2 用法错误。',
    en: 'Evidence ledger: register, anchor, verify. Exit codes: 0 verified, 1 mismatch, 3 not found, 4 pending, 5 inconsistent, 6 indeterminate, 2 wrong usage.',
  },
  settings: {
    zh: '设置（环境变量，或 evl.yaml 中的同名项）：',
    en: 'Settings (environment variables, or by these names in evl.yaml):',
  },
  version: { zh: '显示版本', en: 'show the version' },
  help: { zh: '显示帮助', en: 'show help' },
  helpCommand: { zh: '显示某个命令的帮助', en: 'show help for a command' },
  json: { zh: '结果以 JSON 写到标准输出', en: 'write the result to stdout as JSON' },
  lang: { zh: '语言（zh 或 en）', en: 'language (zh or en)' },
  unknownCommand: { zh: '没有“{name}”这个命令', en: 'there is no command "{name}"' },
  unknownOption: { zh: '没有“{name}”这个选项', en: 'there is no option "{name}"' },
  missingArgument: { zh: '缺少参数“{name}”', en: 'the argument "{name}" is missing' },
  missingValue: { zh: '选项“{name}”后面缺少值', en: 'the option "{name}" needs a value' },
  missingOption: { zh: '缺少选项“{name}”', en: 'the option "{name}" is missing' },
  tooManyArguments: { zh: '参数过多', en: 'there are too many arguments' },
  wrongValue: { zh: '“{name}”的值不对，应为：{reason}', en: 'wrong value for "{name}", should be: {reason}' },
  noCommand: { zh: '没有指明命令', en: 'no command was named' },
  didYouMean: {
    zh: '您要的是不是 {suggested}？全部用法见 {program} --help',
    en: 'did you mean {suggested}? {program} --help shows all',
  },
  seeHelp: { zh: '用法见 {program} --help', en: 'see {program} --help' },
} as const;

export const HASH = {
  files: { zh: '文件；“-”为标准输入', en: 'files; "-" is standard input' },
} as const;

export const VERIFY = {
  file: {
    zh: '要核验的文件；只给回执则只核验登记记录',
    en: 'file to verify; a receipt alone: only the record is looked at',
  },
  receipt: {
    zh: '它的回执；默认为“文件名.receipt.json”，没有时按哈希值向服务查询',
    en: 'its receipt; default: FILE.receipt.json, and without that a look-up by digest at the service',
  },
  receiptOption: { zh: '回执文件', en: 'the receipt' },
  trust: { zh: '信任文件', en: 'trust file' },
  rpc: { zh: '区块链节点的 JSON-RPC 地址，可重复', en: 'JSON-RPC address of a chain node; may be repeated' },
  offline: { zh: '不联网', en: 'ask nobody: no service, no chain' },
  requireTrust: { zh: '不接受服务自己提供的信任文件', en: 'do not take the trust file that the service offers' },
  url: { zh: '存证服务的地址', en: 'address of the service' },
} as const;

export const CHECK_HELP = {
  paths: {
    zh: '目录、文件或回执；与 -c 合用时为校验和列表',
    en: 'folders, files or receipts; with -c lists of checksums',
  },
  checksums: {
    zh: '核对 SHA256SUMS 一类的校验和列表（同 sha256sum --check）',
    en: 'read lists such as SHA256SUMS and compare, as sha256sum --check does',
  },
  algorithm: {
    zh: '列表中未注明算法的行用什么算法',
    en: 'what the lines of a list mean that name no algorithm',
  },
  quiet: { zh: '不列出无误的文件', en: 'do not list what is in order' },
  status: { zh: '什么都不输出，只看退出码', en: 'say nothing; the exit code tells' },
  strict: { zh: '列表中有格式不对的行即为失败', en: 'fail where a line of a list is improperly formatted' },
  warn: { zh: '逐行指出格式不对的行', en: 'name each line of a list that is improperly formatted' },
  ignoreMissing: { zh: '不计缺失的文件', en: 'pass over files that are missing' },
  receiptDir: { zh: '回执所在的目录', en: 'folder that the receipts are in' },
} as const;

export const RECEIPT = {
  get: { zh: '取得一条记录的最新回执', en: 'get the newest receipt of a record' },
  upgrade: { zh: '为回执补上锚定信息', en: 'add the anchor to receipts' },
  id: { zh: '记录标识或存证编号', en: 'record id or deposit number' },
  output: { zh: '写入文件，而不是标准输出', en: 'write to this file instead of stdout' },
  files: {
    zh: '回执文件、其旁有回执的文件，或目录',
    en: 'receipts, files that have theirs beside them, or folders',
  },
  trust: { zh: '信任文件', en: 'trust file' },
  url: { zh: '存证服务的地址', en: 'address of the service' },
} as const;

export const COMPLETION = {
  shell: { zh: '哪一种 shell', en: 'which shell' },
} as const;

export const SETTINGS_HELP = {
  markdown: { zh: '写成文档用的表格（中英文）', en: 'as the table of the documents, in both languages' },
} as const;

export const ADD = {
  paths: { zh: '文件或目录；“-”为标准输入', en: 'files or folders; "-" is standard input' },
  case: { zh: '案号或文号', en: 'case or document number' },
  title: { zh: '案件名称', en: 'title of the case' },
  name: { zh: '标准输入的文件名；路径为“-”时必须给出', en: 'file name for standard input; "-" needs it' },
  hashOnly: { zh: '只登记哈希值，不上传内容', en: 'register the digests alone, do not upload the content' },
  wait: { zh: '等到什么状态为止', en: 'until which state to wait' },
  timeout: { zh: '最多等待的秒数', en: 'seconds to wait at most' },
  receiptDir: { zh: '回执写入这个目录', en: 'write the receipts into this folder' },
  collection: { zh: '取证信息（JSON 文件）', en: 'how the data was collected (a JSON file)' },
  url: { zh: '存证服务的地址', en: 'address of the service' },
} as const;
