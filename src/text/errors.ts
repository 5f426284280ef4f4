import { EXIT } from './exit-codes.ts';
import type { Message } from './message.ts';

/** One error: what it says, what to do about it, and how a command or a request ends with it. */
export interface ErrorEntry extends Message {
  /** The next thing to do. Its placeholders are filled with the values of the error. */
  readonly hint?: Message;
  /** Exit code of a command that ends with it; 70 where it is left out. */
  readonly exit?: number;
  /** How a request is answered; a code without it is answered as `internal`. */
  readonly http?: {
    readonly status: number;
    readonly title: Message;
    /** What a client is told in place of the sentence, which may name paths of this machine. */
    readonly detail?: Message;
  };
}

/**
 * The catalogue of errors: the one place that knows a code. Codes are API and are listed in
 * PROTOCOL.md; sentences are not. A placeholder takes a name, a number or another message of
 * src/text, never the English message of another error.
 */
export const ERRORS = {
  // The command line
  interrupted: { zh: '已中断', en: 'interrupted', exit: EXIT.interrupted },
  'config-unreadable': {
    zh: '无法读取设置文件 {file}：{reason}',
    en: 'cannot read the settings file {file}: {reason}',
    exit: EXIT.usage,
  },
  'setting-wrong': {
    zh: '{name} 的值“{value}”不对，应为 {kind}',
    en: '{name} is "{value}", should be {kind}',
    exit: EXIT.usage,
  },
  'block-number-wrong': {
    zh: '{name} 应为区块号（十进制），而不是“{value}”',
    en: '{name} should be the number of a block, in decimal digits, and not "{value}"',
    exit: EXIT.usage,
  },
  'block-not-final': {
    zh: '{name} 为 {block}，而目前终定的最新区块是 {final}：尚未到来或尚未终定的区块不能用来吊销',
    en: '{name} is {block}, and the newest final block is {final}: a key is not revoked by a block that is not final yet',
    exit: EXIT.usage,
  },
  'file-unreadable': { zh: '无法读取 {file}：{reason}', en: 'cannot read {file}: {reason}', exit: EXIT.usage },
  'file-unwritable': { zh: '无法写入 {file}：{reason}', en: 'cannot write {file}: {reason}', exit: EXIT.usage },
  'file-not-regular': { zh: '{file} 不是普通文件', en: '{file} is not a regular file', exit: EXIT.usage },
  'nothing-to-verify': {
    zh: '没有指明要核验的文件或回执',
    en: 'neither a file nor a receipt to verify was named',
    exit: EXIT.usage,
  },
  'nothing-to-check': { zh: '{path} 中没有任何回执', en: 'there is no receipt at {path}', exit: EXIT.usage },
  'api-key-wrong': {
    zh: '{file} 中不是可用的访问密钥',
    en: '{file} does not hold a usable access key',
    exit: EXIT.usage,
  },
  'service-unreachable': {
    zh: '无法连接存证服务 {url}',
    en: 'the service at {url} cannot be reached',
    hint: {
      zh: '用 evl serve 启动服务，或用 --url、EVL_URL 指明它的地址',
      en: 'start it with "evl serve", or name its address with --url or EVL_URL',
    },
    exit: EXIT.indeterminate,
  },
  'service-refused': {
    zh: '服务拒绝了请求：{detail}（{code}）',
    en: 'the service refused: {detail} ({code})',
    exit: EXIT.indeterminate,
  },
  'record-id-wrong': {
    zh: '“{id}”既不是记录标识，也不是存证编号',
    en: '"{id}" is neither a record id nor a deposit number',
    exit: EXIT.usage,
  },
  'record-not-found': { zh: '这个服务没有显示记录 {id}', en: 'this service shows no record {id}', exit: EXIT.notFound },
  'receipt-in-the-way': {
    zh: '{file} 是另一条记录的回执，不覆盖',
    en: '{file} is the receipt of another record; it is not overwritten',
    hint: {
      zh: '把它移走，或用 --receipt-dir 把回执写到别处',
      en: 'move it away, or write the receipts elsewhere with --receipt-dir',
    },
    exit: EXIT.usage,
  },
  'file-in-the-way': {
    zh: '{file} 不是可读的回执，不覆盖',
    en: '{file} is no receipt that can be read; it is not overwritten',
    hint: {
      zh: '把它移走，或用 --receipt-dir 把回执写到别处',
      en: 'move it away, or write the receipts elsewhere with --receipt-dir',
    },
    exit: EXIT.usage,
  },
  'receipt-unreadable': {
    zh: '{file} 不是可读的回执：{reason}',
    en: '{file} is no receipt that can be read: {reason}',
    exit: EXIT.indeterminate,
  },
  'trust-not-remembered': {
    zh: '没有记住任何信任文件；请指明一份来比较',
    en: 'no trust file is remembered; name one to compare with',
    exit: EXIT.usage,
  },
  'trust-sha256-differs': {
    zh: '所给信任文件的指纹是 sha256:{found}，不是 sha256:{expected}；没有接受',
    en: 'the trust file that is offered has the fingerprint sha256:{found}, not sha256:{expected}; it is not accepted',
    exit: EXIT.indeterminate,
  },
  'sha256-wrong': {
    zh: '“{value}”不是 SHA-256（64 位十六进制）',
    en: '"{value}" is no SHA-256 in 64 hex digits',
    exit: EXIT.usage,
  },
  'trust-file-exists': {
    zh: '{file} 已存在；请换一个文件名，或先把它移开',
    en: '{file} exists already: name another file, or move it away first',
    exit: EXIT.usage,
  },
  'trust-file-unreadable': {
    zh: '{file} 不是可读的信任文件：{reason}',
    en: '{file} is no trust file that can be read: {reason}',
    exit: EXIT.indeterminate,
  },
  'receipt-not-written': {
    zh: '已登记（编号 {number}），但回执没有写成：{reason}',
    en: 'registered as {number}, but its receipt was not written: {reason}',
    hint: { zh: '用 evl receipt get {number} 取得回执', en: '"evl receipt get {number}" gets the receipt' },
    exit: EXIT.batchWithFailures,
  },
  'receipt-wrong': {
    zh: '服务给出的回执与所求不符：{reason}',
    en: 'the service gave a receipt that does not fit: {reason}',
    exit: EXIT.inconsistent,
  },
  'not-anchored-in-time': {
    zh: '{count} 条记录在 {seconds} 秒内尚未锚定；它们已经登记，稍后可用 evl receipt upgrade 补上锚定',
    en: '{count} records were not anchored within {seconds} s; they are registered, and "evl receipt upgrade" adds the anchor later',
    exit: EXIT.pending,
  },
  'not-anchored': {
    zh: '{file}：尚未锚定，回执未改动',
    en: '{file}: not anchored yet, the receipt is unchanged',
    exit: EXIT.pending,
  },
  'endorse-needs-trust': {
    zh: '--endorse 须与 --trust 同用：为日志背书的人不能以运营方提供的信任文件为准',
    en: '--endorse needs --trust: whoever endorses does not take the trust file that the operator offers',
    exit: EXIT.usage,
  },
  'endorsement-not-final': {
    zh: '背书交易 {tx} 已发出，但 {minutes} 分钟内尚未最终确定；稍后再次运行即可知其结果',
    en: 'transaction {tx} was sent and is not final within {minutes} minutes; run it again later to learn what became of it',
    exit: EXIT.pending,
  },
  'address-wrong': {
    zh: '“{address}”不是链上账户（0x 加 40 位十六进制）',
    en: '"{address}" is no account of a chain (0x and 40 hex digits)',
    exit: EXIT.usage,
  },
  contradiction: {
    zh: '{file}：新回执与它相矛盾（{reason}），两者都已保留，新的在 {other}',
    en: '{file}: the new receipt contradicts it ({reason}); both are kept, the new one as {other}',
    exit: EXIT.inconsistent,
  },
  'upgrade-undecided': {
    zh: '{file}：无法比对新回执（{reason}），未改动',
    en: '{file}: the new receipt cannot be judged ({reason}); unchanged',
    exit: EXIT.indeterminate,
  },
  'watch-endorses-not': {
    zh: '--watch 与 --endorse 不能同用：请单独审计并背书',
    en: '--watch goes without --endorse: endorse by an audit of its own',
    exit: EXIT.usage,
  },
  'watch-needs-state': {
    zh: '--watch 须用 --state 指明审计记录文件',
    en: '--watch needs a state file: --state',
    exit: EXIT.usage,
  },
  'watch-only': { zh: '{option} 只能与 --watch 一起使用', en: '{option} is for --watch alone', exit: EXIT.usage },
  'metrics-unusable': {
    zh: '无法在 {address} 提供监控指标：{reason}',
    en: 'metrics cannot be served at {address}: {reason}',
    exit: EXIT.usage,
  },
  'case-missing': {
    zh: '没有指明案号',
    en: 'no case number was given',
    hint: { zh: '用 --case 指明案号，或设置 EVL_CASE', en: 'give it with --case, or set EVL_CASE' },
    exit: EXIT.usage,
  },
  'collection-wrong': {
    zh: '{file} 不合取证信息的格式：{reason}',
    en: '{file} is no valid collection: {reason}',
    exit: EXIT.usage,
  },
  'name-missing': {
    zh: '从标准输入登记时须用 --name 指明文件名',
    en: 'from standard input, a file name must be given with --name',
    exit: EXIT.usage,
  },
  'name-not-for-many': { zh: '--name 只能用于标准输入', en: '--name is for standard input alone', exit: EXIT.usage },
  'stdin-alone': { zh: '“-”不能与其他路径一起使用', en: '"-" cannot be combined with other paths', exit: EXIT.usage },
  'vkey-wrong': {
    zh: '“{vkey}”不是日志的公钥：{reason}',
    en: '"{vkey}" is no key of a log: {reason}',
    exit: EXIT.usage,
  },
  'digest-differs': {
    zh: '{file}：服务收到的内容与本地哈希值不同',
    en: '{file}: the service received other bytes than were hashed here',
    exit: EXIT.batchWithFailures,
  },
  'file-changed': {
    zh: '{file} 在读取过程中发生变化',
    en: '{file} changed while it was read',
    exit: EXIT.batchWithFailures,
  },

  'config-unknown-key': {
    zh: '{file}：不认识的设置项“{key}”',
    en: '{file}: unknown setting "{key}"',
    exit: EXIT.usage,
  },
  usage: { zh: '{sentence}', en: '{sentence}', exit: EXIT.usage },
  failed: { zh: '无法继续：{detail}', en: '{detail}', exit: EXIT.internal },

  // A ledger and its parts
  'ledger-missing': {
    zh: '{folder} 中没有存证系统',
    en: 'there is no ledger in {folder}',
    hint: { zh: '先运行 evl init 或 npm start', en: 'run evl init, or npm start' },
    exit: EXIT.ledgerMissing,
  },
  'ledger-exists': { zh: '这里已有存证系统：{detail}', en: '{detail}', exit: EXIT.usage },
  'ledger-version': {
    zh: '{file}：数据目录的版本不符：{reason}',
    en: '{file}: {reason}',
    exit: EXIT.internal,
  },
  'folder-not-empty': { zh: '数据目录不为空：{detail}', en: '{detail}', exit: EXIT.usage },
  'identity-unreadable': {
    zh: '无法读取存证系统的标识文件 {file}：{reason}',
    en: 'the ledger’s identity file {file} cannot be read: {reason}',
    exit: EXIT.internal,
  },
  'key-change-unfinished': {
    zh: '密钥更换中断，尚未完成',
    en: 'a change of keys was interrupted before it was complete',
    hint: {
      zh: '启动服务或再次运行更换密钥的命令，即可完成',
      en: 'start the service, or run the command again, to complete it',
    },
    exit: EXIT.internal,
  },
  'operator-lost': {
    zh: '链上密钥已失：{detail}',
    en: 'the chain key is lost: {detail}',
    hint: {
      zh: '用 evl key reopen 以新密钥另开日志编号；见运营手册“更换密钥”',
      en: 'open another log id with a new key: evl key reopen; see "Changing keys" in the operator’s handbook',
    },
    exit: EXIT.inconsistent,
  },
  'operator-kept': {
    zh: '无需另开日志编号：{detail}',
    en: 'another log id is not needed: {detail}',
    hint: { zh: '运行 evl key rotate chain', en: 'run evl key rotate chain' },
    exit: EXIT.usage,
  },
  'anchor-under-way': { zh: '有锚定尚未终定：{detail}', en: '{detail}', exit: EXIT.pending },
  'outside-head-missing': { zh: '尚无外部记录确认日志：{detail}', en: '{detail}', exit: EXIT.indeterminate },
  locked: {
    zh: '目录正被另一个进程使用（锁文件 {file}）',
    en: 'the folder is in use: another process holds the lock {file}',
    exit: EXIT.ledgerLocked,
  },
  'lock-unusable': {
    zh: '{file} 不能用作锁文件：不是空文件，或无法打开',
    en: '{file} cannot be used as a lock: it is not an empty file, or cannot be opened',
    exit: EXIT.internal,
  },
  'host-refused': { zh: '不允许对外提供服务：{detail}', en: '{detail}', exit: EXIT.notAllowed },
  'port-unusable': {
    zh: '端口不可用：{detail}',
    en: '{detail}',
    hint: {
      zh: '用 EVL_PORT 换一个端口（见证节点用 EVL_WITNESS_PORT）',
      en: 'choose another port with EVL_PORT, for a witness with EVL_WITNESS_PORT',
    },
    exit: EXIT.usage,
  },
  'key-unreadable': { zh: '无法读取密钥：{detail}', en: '{detail}', exit: EXIT.wrongKey },
  'key-file-open': {
    zh: '密钥文件权限过宽：{detail}',
    en: '{detail}',
    hint: { zh: '运行 chmod 600', en: 'run chmod 600 on it' },
    exit: EXIT.wrongKey,
  },
  'key-malformed': { zh: '密钥文件格式不对：{detail}', en: '{detail}', exit: EXIT.wrongKey },
  'key-wrong': { zh: '密钥不符：{detail}', en: '{detail}', exit: EXIT.wrongKey },
  'journal-damaged': {
    zh: '登记流水损坏，未作任何改动：{reason}',
    en: 'the journal is damaged, nothing was changed: {reason}',
    hint: {
      zh: '运行 evl fsck 查看全部问题，再用 evl repair --from 由备份复原',
      en: 'run evl fsck to see all of it, then evl repair --from a backup',
    },
    exit: EXIT.internal,
  },
  'index-unusable': {
    zh: '索引 {folder} 不可用：{reason}',
    en: 'the index {folder} cannot be used: {reason}',
    hint: {
      zh: '运行 evl rebuild-index，由登记流水重建',
      en: 'run evl rebuild-index: it makes the index again from the journal',
    },
    exit: EXIT.internal,
  },
  'storage-full': {
    zh: '磁盘已满（{place}）；数据完好，未作改动',
    en: 'the disk is full ({place}); the data is unchanged',
    hint: {
      zh: '腾出磁盘空间后重试；fsck 与 rebuild-index 另需约等于索引大小的空间',
      en: 'free some space and try again; fsck and rebuild-index need additional space of about the size of the index',
    },
    exit: EXIT.internal,
  },
  'storage-read-only': {
    zh: '{folder} 不可写入（{reason}）；数据未作改动',
    en: '{folder} is not writable ({reason}); the data is unchanged',
    hint: {
      zh: '检查挂载与权限；系统因磁盘出错而改为只读时，先用 evl backup 备份到另一块磁盘',
      en: 'check mount and permissions; if the system made the disk read-only because it fails, back up to another disk first (evl backup)',
    },
    exit: EXIT.internal,
  },
  'index-damaged': {
    zh: '索引损坏：{reason}',
    en: 'the index is damaged: {reason}',
    hint: { zh: '运行 evl rebuild-index', en: 'run evl rebuild-index' },
    exit: EXIT.internal,
  },
  'chain-missing': {
    zh: '没有本地链：{reason}',
    en: 'there is no local chain: {reason}',
    hint: {
      zh: '使用外部链时，用 EVL_RPC_URL 指明节点',
      en: 'for an external chain, name its nodes with EVL_RPC_URL',
    },
    exit: EXIT.ledgerMissing,
  },
  'chain-exists': {
    zh: '本地链已存在：{reason}',
    en: 'there is a local chain already: {reason}',
    exit: EXIT.internal,
  },
  'chain-exposed': {
    zh: '{file} 的权限为 {mode}，应为 0600：其中有链的密钥',
    en: '{file} has mode {mode}, should be 0600: it holds the key of the chain',
    hint: { zh: '运行 chmod 600', en: 'run chmod 600 on it' },
    exit: EXIT.internal,
  },
  'chain-settings-invalid': {
    zh: '本地链的设置 {file} 不可用：{fault}',
    en: 'the settings of the local chain cannot be used: {file} {fault}',
    exit: EXIT.internal,
  },
  'chain/journal-damaged': {
    zh: '本地链的交易流水损坏，未作任何改动：{file} 第 {line} 行{fault}',
    en: 'the journal of the local chain is damaged, nothing was changed: {file} line {line} {fault}',
    hint: {
      zh: '由备份放回 chain/transactions.jsonl',
      en: 'put chain/transactions.jsonl back from a backup',
    },
    exit: EXIT.internal,
  },
  'journal-failed': {
    zh: '无法写入本地链的交易流水 {file}：{reason}',
    en: 'the journal of the local chain, {file}, cannot be written: {reason}',
    exit: EXIT.internal,
  },
  'port-in-use': {
    zh: '{host} 的端口 {port} 正被另一个程序使用',
    en: 'port {port} on {host} is in use by another program',
    hint: { zh: '用 EVL_CHAIN_PORT 换一个端口', en: 'choose another port with EVL_CHAIN_PORT' },
    exit: EXIT.internal,
  },
  'chain-unreachable': { zh: '链无法访问：{detail}', en: 'the chain cannot be reached: {detail}', exit: EXIT.internal },
  'chain-refused': { zh: '链拒绝了交易：{detail}', en: 'the chain refused: {detail}', exit: EXIT.internal },
  'chain-account-empty': {
    zh: '链上账户余额不足：{detail}',
    en: 'the account on the chain cannot pay: {detail}',
    hint: {
      zh: '向该账户转入款项后重试；本地链由运营方运行 evl chain fund 账户',
      en: 'send it some ether and try again; on a local chain the operator runs evl chain fund ACCOUNT',
    },
    exit: EXIT.internal,
  },
  'chain-fee-cap': {
    zh: '链上价格高于 EVL_MAX_FEE_GWEI：{detail}',
    en: '{detail} (EVL_MAX_FEE_GWEI)',
    exit: EXIT.internal,
  },
  'chain-identity': {
    zh: '链或合约与记录不符：{detail}',
    en: 'another chain or contract: {detail}',
    exit: EXIT.internal,
  },
  'chain-sources-disagree': {
    zh: '节点互相矛盾：{detail}',
    en: 'the nodes contradict each other: {detail}',
    exit: EXIT.internal,
  },
  'chain-sources-too-few': { zh: '节点不足：{detail}', en: 'too few nodes: {detail}', exit: EXIT.usage },
  'chain-finality': { zh: '节点没有所定规则的最终区块：{detail}', en: '{detail}', exit: EXIT.internal },
  'origin-invalid': { zh: '日志标识无效：{detail}', en: '{detail}', exit: EXIT.usage },
  'pin-wrong': { zh: '固定检查点不可用：{detail}', en: '{detail}', exit: EXIT.usage },
  'witness-policy-wrong': {
    zh: '见证政策（EVL_WITNESS_POLICY）不可用：{detail}',
    en: 'the witness policy (EVL_WITNESS_POLICY) cannot be used: {detail}',
    exit: EXIT.usage,
  },
  'log-rolled-back': {
    zh: '日志比外部记录旧：{detail}',
    en: '{detail}',
    hint: {
      zh: '先找更新的备份；没有时，用 --accept-rollback 恢复供查询，另用 evl init 新建存证系统登记',
      en: 'look for a newer backup; if there is none, --accept-rollback restores this one for reading, and evl init makes a new ledger for registering',
    },
    exit: EXIT.inconsistent,
  },
  'log-forked': {
    zh: '日志与外部记录不是同一个：{detail}',
    en: '{detail}',
    hint: {
      zh: '这不是同一个日志：核对数据与固定检查点的来源，以及是否有别人持有密钥',
      en: 'this is another log: find out where data and pinned checkpoint come from, and whether somebody else has the key',
    },
    exit: EXIT.inconsistent,
  },
  'backup-exists': { zh: '备份的目标已存在：{detail}', en: '{detail}', exit: EXIT.usage },
  'backup-unreadable': {
    zh: '{path} 不是可用的备份：{reason}',
    en: '{path} is not a usable backup: {reason}',
    exit: EXIT.usage,
  },
  'backup-damaged': {
    zh: '备份已损坏，未恢复任何内容：{detail}',
    en: 'the backup is damaged, nothing was restored: {detail}',
    exit: EXIT.inconsistent,
  },
  'repair-lacking': {
    zh: '无法复原，未作任何改动：{reason}',
    en: 'the journal cannot be repaired, nothing was changed: {reason}',
    hint: {
      zh: '用 --from 指明备份或数据目录的另一副本，或换一份更新的',
      en: 'name a backup or another copy of the data folder with --from, or a newer one',
    },
    exit: EXIT.inconsistent,
  },
  'content-missing': {
    zh: '内容 {content} 缺失',
    en: 'content {content} is missing',
    hint: { zh: '运行 evl fsck 查看全部问题', en: 'run evl fsck to see all of it' },
    exit: EXIT.inconsistent,
  },
  'content-damaged': {
    zh: '内容 {content} 损坏：{reason}',
    en: 'content {content} is damaged: {reason}',
    hint: { zh: '运行 evl fsck 查看全部问题', en: 'run evl fsck to see all of it' },
    exit: EXIT.inconsistent,
  },
  'witness-missing': {
    zh: '这里没有见证节点：{detail}',
    en: '{detail}',
    hint: { zh: '先运行 evl witness init --name 名称', en: 'run evl witness init --name NAME' },
    exit: EXIT.ledgerMissing,
  },
  'witness-exists': { zh: '这里已有见证节点：{detail}', en: '{detail}', exit: EXIT.usage },
  'witness-name-invalid': { zh: '见证节点的名称无效：{detail}', en: '{detail}', exit: EXIT.usage },
  'witness-logs-unreadable': { zh: '无法读取所见证日志的清单：{detail}', en: '{detail}', exit: EXIT.internal },
  'state-missing': {
    zh: '见证状态缺失：{detail}',
    en: 'the witness does not know what it has cosigned: {detail}',
    hint: {
      zh: '停用这个见证节点，另建一个；不要放回较旧的状态',
      en: 'retire this witness and make another one; never put an older state in its place',
    },
    exit: EXIT.inconsistent,
  },
  'state-damaged': {
    zh: '见证状态损坏：{detail}',
    en: 'the witness does not know what it has cosigned: {detail}',
    hint: {
      zh: '停用这个见证节点，另建一个；不要放回较旧的状态',
      en: 'retire this witness and make another one; never put an older state in its place',
    },
    exit: EXIT.inconsistent,
  },
  'state-unreadable': { zh: '无法读取见证状态：{detail}', en: '{detail}', exit: EXIT.internal },
  'state-failed': { zh: '无法写入见证状态：{detail}', en: '{detail}', exit: EXIT.internal },
  'content-name': {
    zh: '内容的名称应为 64 位十六进制数字',
    en: 'content is named by 64 hex digits',
    exit: EXIT.internal,
  },
  'too-many-files': {
    zh: '打开的文件过多：无法打开 {file}',
    en: 'too many open files: {file} cannot be opened',
    exit: EXIT.internal,
  },
  'store-failed': {
    zh: '存储拒绝一切写入：{reason}',
    en: 'the store refuses all writes: {reason}',
    exit: EXIT.internal,
  },
  'self-check-failed': { zh: '签名前自检未通过：{detail}', en: '{detail}', exit: EXIT.internal },
  'queue-full': { zh: '登记请求过多：{detail}', en: '{detail}', exit: EXIT.internal },
  'clock-behind': { zh: '系统时钟落后：{detail}', en: '{detail}', exit: EXIT.internal },
  'idempotency-conflict': { zh: '幂等键已用于另一请求：{detail}', en: '{detail}', exit: EXIT.internal },
  'head-moved': {
    zh: '存证日志已增至 {size} 条，而提交基于 {expected} 条',
    en: 'head of the store has size {size}, the commit expects {expected}',
    exit: EXIT.internal,
  },
  'chain-failed': { zh: '本地链的进程已结束：{reason}', en: 'the local chain ended: {reason}', exit: EXIT.internal },
  internal: { zh: '内部错误：{detail}', en: '{detail}', exit: EXIT.internal },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorCode = keyof typeof ERRORS;
