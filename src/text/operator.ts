/** Output of the operator's commands and of the running service. */
export const OPERATOR = {
  creating: { zh: '首次使用：正在 {dir} 建立存证系统……', en: 'first use: creating a ledger in {dir} …' },
  created: { zh: '已建立存证系统 {origin}', en: 'created the ledger {origin}' },
  backUpKeys: {
    zh: '请备份并妥善保管 {dir}：其中的密钥无法重新生成',
    en: 'back up and guard {dir}: the keys in it cannot be generated again',
  },
  contractIs: { zh: '锚定合约 {contract}，链 ID {chainId}', en: 'anchoring contract {contract} on chain {chainId}' },
  funded: {
    zh: '已从本存证系统的账户向 {address} 转入 {ether} 以太（本地链）：交易 {tx}',
    en: 'sent {ether} ether of the local chain from the ledger’s account to {address}: transaction {tx}',
  },
  ready: { zh: '服务已就绪：{url}（已登记 {size} 条）', en: 'ready at {url} ({size} {size:record|records})' },
  aloneIs: {
    zh: '本存证系统没有账户：本机上的任何人都可以使用。',
    en: 'This ledger has no accounts: everybody on this machine may use it.',
  },
  firstAccount: {
    zh: '需要账户时，打开此一次性链接设立第一个账户（24 小时内有效，重新启动后换新）；此后所有请求都需要登录：{link}',
    en: 'To have accounts, make the first one by this one-time link (good for 24 hours, a new one with each start); from then on requests need a sign-in: {link}',
  },
  originIs: { zh: '存证日志标识 {origin}', en: 'log origin {origin}' },
  verifyUrlMissing: {
    zh: '未设 EVL_VERIFY_URL：存证证书的二维码只含编号，不含核验网页的网址',
    en: 'EVL_VERIFY_URL is not set: the QR code of certificates has the record number, and no address of a verify page',
  },
  chainReady: {
    zh: '本地链已就绪：{url}（{blocks} 个区块）',
    en: 'local chain ready at {url} ({blocks} {blocks:block|blocks})',
  },
  chainReplaying: {
    zh: '本地链正在重放 {blocks}/{total} 个区块',
    en: 'local chain: {blocks} of {total} blocks replayed',
  },
  chainExited: {
    zh: '本地链已退出（{reason}），{seconds} 秒后重启；登记不受影响',
    en: 'the local chain ended ({reason}); it restarts in {seconds} s, registration continues',
  },
  chainFailed: {
    zh: '本地链无法启动：{message}；登记照常，锚定暂停',
    en: 'the local chain cannot run: {message}; registration continues, anchoring waits',
  },
  chainProblem: {
    zh: '锚定暂停（{code}）：{message}；登记照常，稍后重试',
    en: 'anchoring waits ({code}): {message}; registration continues, and anchoring is retried',
  },
  anchorFailed: {
    zh: '锚定交易 {tx}（{size} 条）未能生效（{code}）；将另发一笔，登记不受影响',
    en: 'anchor transaction {tx} over {size} records cannot take effect ({code}); another one follows, registration continues',
  },
  anchorReorged: {
    zh: '链收回了已最终确认的区块 {block}：其中的锚定（{size} 条，交易 {tx}）重新等待确认；此前已发出的这些回执须重新取得（evl receipt get）；请查明链为何回滚',
    en: 'the chain took back block {block}, which was final: the anchor in it (over {size} records, transaction {tx}) is pending again; fetch the receipts that carry it again (evl receipt get), and find out why the chain went back',
  },
  chainNodeProblem: {
    zh: '节点 {node} 暂不计入（{code}）：{message}',
    en: 'node {node} does not count ({code}): {message}',
  },
  chainNodeAnswers: { zh: '节点 {node} 已恢复', en: 'node {node} counts again' },
  chainAnswers: { zh: '链已可用，锚定继续', en: 'the chain answers, anchoring continues' },
  chainTorn: {
    zh: '本地链的流水末尾有 {bytes} 字节不完整，已截去',
    en: 'the last {bytes} bytes of the local chain’s journal were torn and are cut off',
  },
  upgraded: {
    zh: '数据目录已由版本 {from} 升级为版本 {to}；更早的程序从此不再打开它',
    en: 'the data folder was upgraded from version {from} to version {to}; earlier programs no longer open it',
  },
  tornTail: {
    zh: '{file} 末尾有一段未写完（偏移 {offset}，{bytes} 字节），已截去；此前已回执的登记均在',
    en: 'the end of {file} was torn (offset {offset}, {bytes} bytes) and is cut off; nothing that was acknowledged is lost',
  },
  halted: {
    zh: '已停止登记（{code}）：{message}',
    en: 'registration has stopped ({code}): {message}',
  },
  accepting: { zh: '恢复登记', en: 'registration continues' },
  awaitingExternalCheck: {
    zh: '尚未登记：等待合约、留存检查点（EVL_PINNED_CHECKPOINT）或见证节点（EVL_WITNESS_POLICY）确认存证日志',
    en: 'nothing is registered yet: the contract, a pinned checkpoint (EVL_PINNED_CHECKPOINT) or a witness (EVL_WITNESS_POLICY) must first confirm the log',
  },
  witnessProblem: {
    zh: '见证节点 {name} 没有联署（{code}）：{message}；登记与公布照常，稍后重试',
    en: 'the witness {name} did not cosign ({code}): {message}; registration and publication go on, and it is asked again',
  },
  witnessHolds: {
    zh: '见证节点 {name} 所记的存证日志与此不同（{code}）：{message}；在其不再如此说明之前，不登记任何内容',
    en: 'the witness {name} remembers another version of this log ({code}): {message}; nothing is registered as long as it does',
  },
  witnessAnswers: { zh: '见证节点 {name} 已联署', en: 'the witness {name} cosigns again' },
  externalCheckPassed: {
    zh: '外部留存的检查点与存证日志一致，开始登记',
    en: 'an external head confirms the log: registration begins',
  },
  damage: {
    zh: '后台通读发现损坏（{code}）{place}：{message}；服务继续',
    en: 'reading in the background found damage ({code}){place}: {message}; the service continues',
  },
  internalError: {
    zh: '内部错误：{reason}（设 EVL_DEBUG=1 可显示详情）',
    en: 'internal error: {reason} (EVL_DEBUG=1 shows the details)',
  },
  storeFailed: {
    zh: '存储写入失败，服务退出；请检查磁盘后重新启动：{message}',
    en: 'writing to the store failed, the service ends; check the disk, then start it again: {message}',
  },
  stopping: { zh: '正在停止……', en: 'stopping …' },
  stopped: { zh: '已停止', en: 'stopped' },
  fsckOk: {
    zh: '存储完好：{size} 条记录，根 {root}，{contents} 份内容',
    en: 'the store is whole: {size} {size:record|records}, root {root}, {contents} {contents:content|contents}',
  },
  fsckAccess: {
    zh: '访问日志与存证日志所载一致：{streams} 个日志流，{records} 条记录',
    en: 'the access log is as its log states: {streams} {streams:stream|streams}, {records} {records:record|records}',
  },
  fsckBad: { zh: '发现 {count} 处问题', en: '{count} {count:problem was|problems were} found' },
  fsckProgress: { zh: '已检查 {done} 条记录', en: '{done} {done:record|records} checked' },
  fsckContents: { zh: '已检查 {done}/{total} 份内容', en: '{done} of {total} contents checked' },
  repair: { zh: '处理办法：{repair}', en: 'what to do: {repair}' },
  repairedSegment: { zh: '已复原 {file}', en: 'repaired {file}' },
  repairKept: { zh: '原文件保留为 {file}', en: 'the former file is kept as {file}' },
  repairedContent: { zh: '已放回内容 {sha256}', en: 'put back the content {sha256}' },
  repairLacks: {
    zh: '记录 {record}（序号，自 0 起）的内容 {sha256} 缺失或损坏，各副本中也没有',
    en: 'the content {sha256} of record {record} is missing or damaged, and no copy has it',
  },
  repairedNothing: { zh: '没有需要复原的内容，未作改动', en: 'there was nothing to repair; nothing was changed' },
  repairOk: {
    zh: '复核通过：{size} 条记录，根 {root}',
    en: 'checked after the repair: the store is whole, {size} {size:record|records}, root {root}',
  },
  backedUp: {
    zh: '已备份到 {dir}：{size} 条记录，根 {root}，{contents} 份内容',
    en: 'backed up to {dir}: {size} {size:record|records}, root {root}, {contents} {contents:content|contents}',
  },
  backupShared: {
    zh: '与上一份备份共用未变的文件：{shared} 个；每份备份都是完整的，可单独删除',
    en: 'shared with the backup before: {shared} unchanged {shared:file|files}; each backup is whole, and can be deleted by itself',
  },
  backupRemoved: { zh: '已按保留规则删除备份 {dir}', en: 'removed the backup {dir}, which the rules do not keep' },
  backupUnreadable: {
    zh: '{dir} 不是可读的备份：未使用，也未删除；用 evl backup --verify 查看',
    en: '{dir} is not a readable backup: it was neither used nor removed; see evl backup --verify',
  },
  backupWhole: {
    zh: '备份 {dir} 完好：{size} 条记录，{contents} 份内容',
    en: 'the backup {dir} is whole: {size} {size:record|records}, {contents} {contents:content|contents}',
  },
  backupNotWhole: {
    zh: '备份 {dir} 有 {problems} 处损坏；请用 evl backup --full 另做一份完整的备份',
    en: 'the backup {dir} has {problems} {problems:problem|problems}; make another one that shares nothing with it (evl backup --full)',
  },
  backupProblem: { zh: '  {code}：{problem}', en: '  {code}: {problem}' },
  backupHasKeys: {
    zh: '备份中有密钥：持有该备份的人可以运营方的身份签名，请妥善保管',
    en: 'the backup contains the keys: anyone who holds it can act as the operator, so guard it',
  },
  backupHasNoKeys: {
    zh: '备份中没有密钥：可以恢复和检查，但没有密钥（--keys）不能提供服务',
    en: 'the backup does not contain the keys: it can be restored and checked, but not served without them (--keys)',
  },
  restored: {
    zh: '已恢复到 {dir} 并通过检查：{size} 条记录，根 {root}，{contents} 份内容',
    en: 'restored to {dir} and checked: {size} {size:record|records}, root {root}, {contents} {contents:content|contents}',
  },
  restoredPeople: {
    zh: '人员、密钥与授权暂停使用：备份之后的吊销与终止不在其中；管理员核对后执行 evl people confirm-restore',
    en: 'persons, keys and grants rest, for what was revoked since the backup is missing: an administrator compares them and runs "evl people confirm-restore"',
  },
  restoredWithoutKeys: {
    zh: '没有密钥：可以检查（evl fsck），不能提供服务；用 --keys 重新恢复',
    en: 'there are no keys: the ledger can be checked (evl fsck) but not served; restore it again with --keys',
  },
  restoreChainUnchecked: {
    zh: '未能询问合约：{message}',
    en: 'the contract could not be asked: {message}',
  },
  restoredForReading: {
    zh: '外部留存的检查点与它不符，仅供查询，不再登记：{message}。新的登记请用 evl init 另建存证系统',
    en: 'an external head contradicts this ledger, so it is for reading only and registers nothing: {message}. Create a new ledger with evl init for new registrations',
  },
  levelOk: { zh: '正常', en: 'ok     ' },
  levelWarning: { zh: '注意', en: 'warning' },
  levelProblem: { zh: '问题', en: 'problem' },
  rebuilt: {
    zh: '索引已重建：{size} 条记录，根 {root}',
    en: 'the index was rebuilt: {size} {size:record|records}, root {root}',
  },
} as const;

/** What repairs damage, by the step that a finding names. */
export const REPAIR_STEPS = {
  rebuild: {
    zh: '登记流水完好：用 evl rebuild-index 重建索引',
    en: 'the journal is good: `evl rebuild-index` makes the index again',
  },
  'rebuild-later': {
    zh: '先按其他各项的说明复原登记流水，再用 evl rebuild-index 重建索引',
    en: 'first repair the journal, as the other findings say; then `evl rebuild-index` makes the index again',
  },
  repair: {
    zh: '用 evl repair --from 备份目录 由备份或其他副本复原；在此之前不要重建索引',
    en: '`evl repair --from BACKUP` restores the bytes from a backup or another copy that has them; do not rebuild the index before',
  },
  'cut-at-start': {
    zh: '写入中断所致，从未发出回执：下次启动会截去',
    en: 'an interrupted write leaves this, and nothing of it was acknowledged: the next start cuts it off',
  },
  'cut-or-lost': {
    zh: '可能是写入中断所致，但没有索引能证明未发出过回执：用 evl repair --from 备份目录 复原；副本中也没有时，这段数据另存保留',
    en: 'an interrupted write can leave this, but no index shows that nothing of it was acknowledged: `evl repair --from BACKUP` restores the frame if the copy has it, and keeps these bytes under another name if not',
  },
  reorder: { zh: '用 evl repair 把各帧放回原位', en: '`evl repair` moves the frames to where they belong' },
  'put-back': {
    zh: '用 evl repair --from 由备份放回该文件，或由登记人重新提供原文件；登记记录与回执不受影响',
    en: 'put this file back from a backup with `evl repair --from`, or get it again from the registrant; record and receipt are not affected',
  },
  'restore-access': {
    zh: '由最新的备份放回 access 目录中的该文件；访问日志无法重新生成',
    en: 'put this file of the folder access back from the newest backup; an access log cannot be made again',
  },
  'restore-key': {
    zh: '由另存的密钥副本放回该文件；密钥无法重新生成',
    en: 'put this file back from where the keys are kept; a key cannot be generated again',
  },
  'close-key': { zh: '运行 chmod 600', en: 'run chmod 600 on it' },
} as const;

/** The step that repairs a kind of damage. */
export type RepairStep = keyof typeof REPAIR_STEPS;

/** Why registration pauses; it resumes without a restart. */
export const REFUSING = {
  'storage-full': {
    zh: '磁盘已满（含保留空间）：暂停登记，查询与核验照常；请腾出空间，服务随后自行恢复登记',
    en: 'the disk is full up to its reserve: nothing is registered, reading and verifying go on; free some space, and registration resumes',
  },
  'clock-ahead': {
    zh: '系统时钟比可能的时间超前一天以上：暂停登记，查询与核验照常；请校准时钟；时钟无误时设 EVL_ACCEPT_CLOCK=1 并重新启动',
    en: 'the clock is more than a day ahead of what it can be: nothing is registered, reading and verifying go on; set the clock, or, if it is right, restart with EVL_ACCEPT_CLOCK=1',
  },
  'clock-behind': {
    zh: '系统时钟早于最近一次登记的时间：暂停登记，查询与核验照常；请校准时钟，或等时间赶上',
    en: 'the clock is behind the time of the last record: nothing is registered, reading and verifying go on; set the clock, or wait until it has caught up',
  },
} as const;

/** Help texts. */
export const OPERATOR_HELP = {
  origin: { zh: '存证日志标识（默认随机生成）', en: 'origin of the log (default: drawn at random)' },
  rpc: {
    zh: '外部链节点的 JSON-RPC 地址，可写多个（默认建立本地链）',
    en: 'JSON-RPC address of a node of an external chain; repeatable (default: a local chain)',
  },
  sources: {
    zh: '须有几个节点的答复一致（默认为所列节点的多数）',
    en: 'how many nodes must agree (default: more than half of those named)',
  },
  operatedBy: {
    zh: '链由谁运行：operator（运营方自己）或 others（他人）',
    en: 'who runs the chain: operator (you) or others',
  },
  finality: {
    zh: '锚定何时视为最终确认：节点的标记 finalized 或 safe，或确认区块数，如 1（默认：外部链 finalized，本地链 1）',
    en: 'when an anchor is final: the node’s tag finalized or safe, or a number of confirmations, such as 1 (default: finalized; on a local chain 1)',
  },
  finalityWrong: { zh: 'finalized、safe 或 1 至 1000000', en: 'finalized, safe, or 1 to 1000000' },
  backupDestination: {
    zh: '单独一份备份的目标目录，须尚不存在；不写则加入设置 backupDir 所指的目录',
    en: 'folder to create for a backup by itself; without it one is added to the folder of the setting backupDir',
  },
  backupTo: {
    zh: '存放多份备份的目录：未变的文件与上一份共用（代替设置 backupDir）',
    en: 'folder of all backups, which share what is unchanged (instead of the setting backupDir)',
  },
  keepDaily: {
    zh: '最近 n 个有备份的日子各保留最新一份，其余删除',
    en: 'of the last n days with a backup keep the newest each, and remove the others',
  },
  keepWeekly: { zh: '最近 n 个星期同此', en: 'the same for weeks' },
  keepMonthly: { zh: '最近 n 个月同此', en: 'the same for months' },
  backupFull: { zh: '全部重新复制，不与上一份共用文件', en: 'copy everything again, and share nothing' },
  backupVerify: {
    zh: '不作备份，而是通读一份或全部备份，检查是否完好',
    en: 'make none, but read one backup or all of them, and report damage',
  },
  withKeys: { zh: '连同密钥一起备份', en: 'include the keys' },
  backup: { zh: '备份目录', en: 'folder of the backup' },
  repairFrom: { zh: '备份或数据目录的另一副本', en: 'a backup, or another copy of the data folder' },
  keys: {
    zh: '密钥目录（log.key、chain.key，本地链另需 chain.json）',
    en: 'folder with log.key and chain.key, and chain.json for a local chain',
  },
  restoreRpc: {
    zh: '锚定链节点的 JSON-RPC 地址（默认取自核验基准文件）',
    en: 'JSON-RPC address of a node of the anchoring chain (default: from the trust file)',
  },
  pinned: {
    zh: '存于别处的已签检查点文件，与备份比对',
    en: 'file with a signed checkpoint that was kept elsewhere, to compare with',
  },
  acceptRollback: {
    zh: '即使比外部留存的检查点旧或无从比对也恢复',
    en: 'restore even if an external head contradicts the backup, or none can be compared with',
  },
  fund: {
    zh: '从本存证系统的账户向审计者等的账户转入 1 以太（仅限本地链，须在运行）',
    en: 'send 1 ether from the ledger’s account to an auditor’s (local chain only, while it runs)',
  },
  fundAddress: { zh: '收款账户', en: 'the account to send it to' },
  contract: { zh: '链上已有的锚定合约（默认新部署）', en: 'an existing anchoring contract (default: deploy one)' },
} as const;
