/** What is wrong with a file of the local chain, or missing. Values of `reason` in src/text/errors.ts. */
export const CHAIN_FAULTS = {
  noLocalChain: { zh: '{dir} 中没有本地链', en: 'there is none in {dir}' },
  noNodeKnown: {
    zh: '{dir} 中没有本地链，也没有其他已知节点',
    en: 'there is none in {dir}, and no other node is known',
  },
  otherAccount: {
    zh: '{file} 是账户 {account} 的密钥，该账户不是本存证日志的链上运营账户',
    en: '{file} is the key of {account}, an account that does not operate this log',
  },
  settingsMissing: { zh: '{file} 不存在', en: '{file} does not exist: no chain was created here' },
  journalMissing: {
    zh: '{file} 不存在：链的历史已丢失',
    en: '{file} does not exist: the history of the chain is lost',
  },
  fileExists: { zh: '{file} 已存在', en: '{file} exists' },
  fileNotEmpty: { zh: '{file} 不为空（{bytes} 字节）', en: '{file} is not empty ({bytes} bytes)' },

  notJson: { zh: '不是 JSON', en: 'is not JSON' },
  tooLarge: { zh: '为 {bytes} 字节，上限为 {limit} 字节', en: 'is {bytes} bytes, should be at most {limit}' },
  membersWrong: { zh: '以下成员不合要求：{members}', en: 'has members that are missing or not valid: {members}' },

  lineAltered: { zh: '不是当初写入的内容', en: 'is not as it was written' },
  otherGenesis: {
    zh: '所接区块为 {parent}，而 chain.json 的创世区块是 {expected}',
    en: 'parent is {parent}, should be {expected}, the genesis block of chain.json',
  },
  otherParent: {
    zh: '所接区块为 {parent}，而第 {line} 行的区块是 {expected}',
    en: 'parent is {parent}, should be {expected}, the block of line {line}',
  },
  lineRefused: { zh: '节点拒绝执行：“{reply}”', en: 'the node refuses it: "{reply}"' },
} as const;

/** Why the process of the local chain ended. */
export const CHAIN_ENDINGS = {
  lastOutput: { zh: '最后输出“{output}”', en: 'its last output was "{output}"' },
  signal: { zh: '信号 {signal}', en: 'signal {signal}' },
  exitCode: { zh: '退出码 {code}', en: 'exit code {code}' },
  internal: { zh: '内部错误', en: 'internal error' },
} as const;
