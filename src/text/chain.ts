/**
 * What is missing of the local chain, or wrong with its files: parameters of src/text/errors.ts.
 */
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
  lineRefused: {
    zh: '节点拒绝执行（节点原文：“{reply}”）',
    en: 'the node refuses it (its own text: "{reply}")',
  },
} as const;

/** Why the process of the local chain ended. */
export const CHAIN_ENDINGS = {
  lastOutput: {
    zh: '未报告原因（最后输出的原文：“{output}”）',
    en: 'it reported no reason (its last output: "{output}")',
  },
  signal: { zh: '信号 {signal}', en: 'signal {signal}' },
  exitCode: { zh: '退出码 {code}', en: 'exit code {code}' },
  internal: { zh: '内部错误', en: 'internal error' },
} as const;

/** Why a chain or its node cannot be used: parameters of src/text/errors.ts. */
export const CHAIN_REASONS = {
  notStarted: { zh: '链尚未启动', en: 'the chain has not started' },
  noAnswerInTime: { zh: '节点没有按时应答', en: 'the node did not answer in time' },
  httpStatus: { zh: '节点答复 HTTP {status}', en: 'the node answers HTTP {status}' },
  answerUnusable: { zh: '节点的应答不可用', en: 'the node’s answer cannot be used' },
  nodeReply: {
    zh: '节点的答复是错误（节点原文：“{reply}”）',
    en: 'the node answers with an error (its own text: "{reply}")',
  },
  blockTagAbsent: { zh: '节点答复为空', en: 'the node answers null' },
  noFinalBlock: { zh: '节点还没有最终确认的区块', en: 'the node has no final block yet' },
  blockMissing: { zh: '节点没有区块 {block}', en: 'the node has no block {block}' },
  receiptContradictsBlocks: {
    zh: '节点所给的交易 {tx} 的收据与其区块不符',
    en: 'the node’s receipt of transaction {tx} does not match its blocks',
  },
  notMined: {
    zh: '交易 {tx} 在 {minutes} 分钟内没有进入区块',
    en: 'transaction {tx} was not mined within {minutes} minutes',
  },
  changeNotFinal: {
    zh: '变更尚未最终确认：再次运行会继续等待',
    en: 'the change is not final yet; run this again to continue waiting',
  },
  tooFewStatements: {
    zh: '只有 {stating} 个节点给出{subject}，应有 {required} 个',
    en: '{stating} nodes state the {subject}, {required} should',
  },
  tooFewAnswers: {
    zh: '{nodes} 个节点中只有 {answers} 个应答，应有 {required} 个。{failure}',
    en: '{answers} of {nodes} nodes answer, {required} should: {failure}',
  },

  transactionFailed: { zh: '交易 {tx} 执行失败', en: 'transaction {tx} failed' },
  transactionFailedIn: { zh: '交易 {tx} 在区块 {block} 中执行失败', en: 'transaction {tx} failed in block {block}' },
  accountUnfunded: {
    zh: '账户 {account}（密钥 {file}）没有余额：请转入款项后再次运行',
    en: 'account {account} (key {file}) has no funds: send it some, then run this again',
  },
  balanceTooLow: {
    zh: '账户 {account} 余额为 {balance} wei，不足以支付',
    en: 'account {account} has {balance} wei, which does not pay for it',
  },
  fundsNeeded: {
    zh: '账户 {account}（密钥 {file}）至少需要 {needed} wei：请转入款项后再次运行',
    en: 'account {account} (key {file}) needs at least {needed} wei: send it funds, then run this again',
  },

  otherFact: { zh: '{fact}为 {found}，应为 {expected}', en: '{fact} is {found}, should be {expected}' },
  otherCode: {
    zh: '{node} 上 {contract} 处的代码不是 EvidenceAnchor',
    en: 'the code at {contract} on {node} is not that of EvidenceAnchor',
  },
  differentChains: {
    zh: '{first} 在链 {firstChainId}（首个区块 {firstGenesis}）上，而 {second} 在链 {secondChainId}（首个区块 {secondGenesis}）上',
    en: '{first} is on chain {firstChainId} with the first block {firstGenesis}, but {second} is on chain {secondChainId} with the first block {secondGenesis}',
  },

  differentValues: { zh: '{subject}：{values}', en: 'they differ on the {subject}: {values}' },
  differentOutcomes: {
    zh: '同一笔交易有不同的最终结果',
    en: 'they report different final outcomes of one transaction',
  },
  differentNonces: { zh: '账户的下一个 nonce：{nonces}', en: 'they differ on the next nonce of the account: {nonces}' },
} as const;

/** What nodes are compared on. */
export const CHAIN_SUBJECTS = {
  block: { zh: '区块 {height}', en: 'block {height}' },
  root: { zh: '大小 {height} 的根', en: 'root of size {height}' },
  operator: { zh: '运营账户', en: 'operator' },
  chainId: { zh: '链 ID ', en: 'chain id' },
  genesis: { zh: '创世区块', en: 'genesis block' },
  contractCode: { zh: '合约代码', en: 'contract code' },
} as const;
