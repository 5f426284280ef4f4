/** What the client itself says of an answer; English has the details in their place. */
export const ANSWER_PROBLEMS = {
  'answer-unreadable': { zh: '答复不合格式', en: 'the answer cannot be read' },
  'answer-too-large': { zh: '答复过大', en: 'the answer is too large' },
} as const;

/** Why a command ends without having done what it was asked. The names are the codes of `--json` errors: API, listed in PROTOCOL.md. */
export const FAILURES = {
  interrupted: { zh: '已中断', en: 'interrupted' },
  'config-unreadable': {
    zh: '无法读取设置文件 {file}：{reason}',
    en: 'cannot read the settings file {file}: {reason}',
  },
  'setting-wrong': {
    zh: '{name} 的值“{value}”不对，应为 {kind}',
    en: '{name} is "{value}", should be {kind}',
  },
  'block-number-wrong': {
    zh: '{name} 应为区块号（十进制），而不是“{value}”',
    en: '{name} should be the number of a block, in decimal digits, and not "{value}"',
  },
  'block-not-final': {
    zh: '{name} 为 {block}，而目前终定的最新区块是 {final}：尚未到来或尚未终定的区块不能用来吊销',
    en: '{name} is {block}, and the newest final block is {final}: a key is not revoked by a block that is not final yet',
  },
  'file-unreadable': { zh: '无法读取 {file}：{reason}', en: 'cannot read {file}: {reason}' },
  'file-unwritable': { zh: '无法写入 {file}：{reason}', en: 'cannot write {file}: {reason}' },
  'file-not-regular': { zh: '{file} 不是普通文件', en: '{file} is not a regular file' },
  'nothing-to-verify': {
    zh: '没有指明要核验的文件或回执',
    en: 'neither a file nor a receipt to verify was named',
  },
  'nothing-to-check': { zh: '{path} 中没有任何回执', en: 'there is no receipt at {path}' },
  'api-key-wrong': { zh: '{file} 中不是可用的访问密钥', en: '{file} does not hold a usable access key' },
  'service-unreachable': { zh: '无法连接存证服务 {url}', en: 'the service at {url} cannot be reached' },
  'start-the-service': {
    zh: '用 evl serve 启动服务，或用 --url、EVL_URL 指明它的地址',
    en: 'start it with "evl serve", or name its address with --url or EVL_URL',
  },
  'service-refused': { zh: '服务拒绝了请求：{detail}（{code}）', en: 'the service refused: {detail} ({code})' },
  'record-id-wrong': {
    zh: '“{id}”既不是记录标识，也不是存证编号',
    en: '"{id}" is neither a record id nor a deposit number',
  },
  'record-not-found': { zh: '这个服务没有显示记录 {id}', en: 'this service shows no record {id}' },
  'receipt-in-the-way': {
    zh: '{file} 是另一条记录的回执，不覆盖',
    en: '{file} is the receipt of another record; it is not overwritten',
  },
  'file-in-the-way': {
    zh: '{file} 不是可读的回执，不覆盖',
    en: '{file} is no receipt that can be read; it is not overwritten',
  },
  'use-receipt-dir': {
    zh: '把它移走，或用 --receipt-dir 把回执写到别处',
    en: 'move it away, or write the receipts elsewhere with --receipt-dir',
  },
  'receipt-unreadable': {
    zh: '{file} 不是可读的回执：{reason}',
    en: '{file} is no receipt that can be read: {reason}',
  },
  'trust-not-remembered': {
    zh: '没有记住任何信任文件；请指明一份来比较',
    en: 'no trust file is remembered; name one to compare with',
  },
  'trust-sha256-differs': {
    zh: '所给信任文件的指纹是 sha256:{found}，不是 sha256:{expected}；没有接受',
    en: 'the trust file that is offered has the fingerprint sha256:{found}, not sha256:{expected}; it is not accepted',
  },
  'sha256-wrong': { zh: '“{value}”不是 SHA-256（64 位十六进制）', en: '"{value}" is no SHA-256 in 64 hex digits' },
  'trust-file-exists': {
    zh: '{file} 已存在；请换一个文件名，或先把它移开',
    en: '{file} exists already: name another file, or move it away first',
  },
  'trust-file-unreadable': {
    zh: '{file} 不是可读的信任文件：{reason}',
    en: '{file} is no trust file that can be read: {reason}',
  },
  'receipt-not-written': {
    zh: '已登记（编号 {number}），但回执没有写成：{reason}',
    en: 'registered as {number}, but its receipt was not written: {reason}',
  },
  'get-receipt': {
    zh: '用 evl receipt get {number} 取得回执',
    en: '"evl receipt get {number}" gets the receipt',
  },
  'receipt-wrong': {
    zh: '服务给出的回执与所求不符：{reason}',
    en: 'the service gave a receipt that does not fit: {reason}',
  },
  'not-anchored-in-time': {
    zh: '{count} 条记录在 {seconds} 秒内尚未锚定；它们已经登记，稍后可用 evl receipt upgrade 补上锚定',
    en: '{count} records were not anchored within {seconds} s; they are registered, and "evl receipt upgrade" adds the anchor later',
  },
  'not-anchored': { zh: '{file}：尚未锚定，回执未改动', en: '{file}: not anchored yet, the receipt is unchanged' },
  'endorse-needs-trust': {
    zh: '--endorse 须与 --trust 同用：为日志背书的人不能以运营方提供的信任文件为准',
    en: '--endorse needs --trust: whoever endorses does not take the trust file that the operator offers',
  },
  'endorsement-not-final': {
    zh: '背书交易 {tx} 已发出，但 {minutes} 分钟内尚未最终确定；稍后再次运行即可知其结果',
    en: 'transaction {tx} was sent and is not final within {minutes} minutes; run it again later to learn what became of it',
  },
  'address-wrong': {
    zh: '“{address}”不是链上账户（0x 加 40 位十六进制）',
    en: '"{address}" is no account of a chain (0x and 40 hex digits)',
  },
  contradiction: {
    zh: '{file}：新回执与它相矛盾（{reason}），两者都已保留，新的在 {other}',
    en: '{file}: the new receipt contradicts it ({reason}); both are kept, the new one as {other}',
  },
  'upgrade-undecided': {
    zh: '{file}：无法比对新回执（{reason}），未改动',
    en: '{file}: the new receipt cannot be judged ({reason}); unchanged',
  },
  'watch-endorses-not': {
    zh: '--watch 与 --endorse 不能同用：请单独审计并背书',
    en: '--watch goes without --endorse: endorse by an audit of its own',
  },
  'watch-needs-state': {
    zh: '--watch 须用 --state 指明审计记录文件',
    en: '--watch needs a state file: --state',
  },
  'watch-only': { zh: '{option} 只能与 --watch 一起使用', en: '{option} is for --watch alone' },
  'metrics-unusable': {
    zh: '无法在 {address} 提供监控指标：{reason}',
    en: 'metrics cannot be served at {address}: {reason}',
  },
  'case-missing': { zh: '没有指明案号', en: 'no case number was given' },
  'give-case': { zh: '用 --case 指明案号，或设置 EVL_CASE', en: 'give it with --case, or set EVL_CASE' },
  'collection-wrong': { zh: '{file} 不合取证信息的格式：{reason}', en: '{file} is no valid collection: {reason}' },
  'name-missing': {
    zh: '从标准输入登记时须用 --name 指明文件名',
    en: 'from standard input, a file name must be given with --name',
  },
  'name-not-for-many': { zh: '--name 只能用于标准输入', en: '--name is for standard input alone' },
  'stdin-alone': { zh: '“-”不能与其他路径一起使用', en: '"-" cannot be combined with other paths' },
  'vkey-wrong': { zh: '“{vkey}”不是日志的公钥：{reason}', en: '"{vkey}" is no key of a log: {reason}' },
  'digest-differs': {
    zh: '{file}：服务收到的内容与本地哈希值不同',
    en: '{file}: the service received other bytes than were hashed here',
  },
  'file-changed': { zh: '{file} 在读取过程中发生变化', en: '{file} changed while it was read' },
} as const;
