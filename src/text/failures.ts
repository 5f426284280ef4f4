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
  contradiction: {
    zh: '{file}：新回执与它相矛盾（{reason}），两者都已保留，新的在 {other}',
    en: '{file}: the new receipt contradicts it ({reason}); both are kept, the new one as {other}',
  },
  'upgrade-undecided': {
    zh: '{file}：无法比对新回执（{reason}），未改动',
    en: '{file}: the new receipt cannot be judged ({reason}); unchanged',
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
  'digest-differs': {
    zh: '{file}：服务收到的内容与本地哈希值不同',
    en: '{file}: the service received other bytes than were hashed here',
  },
  'file-changed': { zh: '{file} 在读取过程中发生变化', en: '{file} changed while it was read' },
} as const;
