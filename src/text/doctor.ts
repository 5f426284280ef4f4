import { WITNESS_ADVICE } from './witness.ts';

/** What `evl doctor` finds, by the code of the finding. */
export const DOCTOR = {
  'ledger-version': { zh: '数据目录 {dir}，版本 {version}', en: 'data folder {dir}, version {version}' },
  'ledger-missing': { zh: '{dir} 中没有可用的存证系统：{reason}', en: 'there is no usable ledger in {dir}: {reason}' },
  'ledger-unusable': { zh: '{dir} 中的存证系统不可用：{reason}', en: 'the ledger in {dir} cannot be used: {reason}' },
  'key-file': { zh: '密钥 {file}，权限 {mode}', en: 'key {file}, mode {mode}' },
  'key-file-open': {
    zh: '密钥 {file} 的权限为 {mode}，他人可读',
    en: 'key {file} has mode {mode}: others may read it',
  },
  'key-missing': { zh: '密钥 {file} 不存在或无法读取', en: 'key {file} is missing or cannot be read' },
  'key-wrong': { zh: '密钥 {file} 不可用：{reason}', en: 'key {file} cannot be used: {reason}' },
  lock: { zh: '锁：{state}', en: 'lock: {state}' },
  'disk-space': { zh: '磁盘剩余 {free} MiB，保留 {reserve} MiB', en: '{free} MiB free, {reserve} MiB kept in reserve' },
  backup: {
    zh: '最近的备份 {dir}：{size} 条记录，距今 {hours} 小时',
    en: 'newest backup {dir}: {size} {size:record|records}, {hours} h old',
  },
  'backup-old': {
    zh: '最近的备份 {dir} 已是 {hours} 小时之前：{size} 条记录',
    en: 'the newest backup {dir} is {hours} h old: {size} {size:record|records}',
  },
  'verify-url': { zh: '存证证书印出的核验网页：{url}', en: 'certificates name the verify page {url}' },
  'verify-url-missing': {
    zh: '存证证书不印核验网页的网址：未设 EVL_VERIFY_URL',
    en: 'certificates name no verify page: EVL_VERIFY_URL is not set',
  },
  'verify-url-local': {
    zh: '存证证书印出的核验网页 {url} 只有本机能访问',
    en: 'certificates name the verify page {url}, which only this machine can reach',
  },
  'backup-none': { zh: '{dir} 中没有可读的备份', en: 'there is no readable backup in {dir}' },
  'storage-full': {
    zh: '磁盘剩余 {free} MiB，低于保留的 {reserve} MiB：停止登记',
    en: '{free} MiB free, less than the reserve of {reserve} MiB: nothing is registered',
  },
  'file-system': { zh: '文件系统类型 {type}', en: 'file system of type {type}' },
  'file-system-remote': {
    zh: '文件系统 {type}：文件锁与落盘未必可靠',
    en: 'file system {type}: locks and syncing may not be reliable',
  },
  certificate: { zh: 'TLS 证书有效期至 {until}（{days} 天）', en: 'the TLS certificate ends {until}, in {days} days' },
  'certificate-expiring': {
    zh: 'TLS 证书将于 {until} 到期（{days} 天）',
    en: 'the TLS certificate ends {until}, in {days} days',
  },
  'certificate-expired': {
    zh: 'TLS 证书已于 {until} 到期：其他机器连接时会被告警或拒绝',
    en: 'the TLS certificate ended {until}: clients warn or refuse to connect',
  },
  'certificate-wrong': { zh: 'TLS 证书不可用：{reason}', en: 'the TLS certificate cannot be used: {reason}' },
  'insecure-http': {
    zh: '允许不加密的访问（EVL_INSECURE_HTTP=1）：口令、会话与证据内容在网络上可被窃听',
    en: 'other machines may connect without encryption (EVL_INSECURE_HTTP=1): passwords, sessions and evidence can be read on the network',
  },
  'proxy-without-people': {
    zh: '已指明反向代理（EVL_BEHIND_PROXY），但还没有账户：经代理而来的请求一律拒绝',
    en: 'reverse proxies are named (EVL_BEHIND_PROXY) and there are no accounts: what they forward is refused',
  },
  'restore-unconfirmed': {
    zh: '目录由备份恢复，尚未经管理员确认：其他人员不能登录，授权暂停',
    en: 'the directory comes from a backup and waits for an administrator: nobody else signs in, and grants rest',
  },
  access: {
    zh: '访问日志流 {stream}：{entries} 个条目，存证日志记载到第 {recorded} 个',
    en: 'access log {stream}: {entries} entries, recorded in the log up to {recorded}',
  },
  'access-damaged': { zh: '访问日志流 {stream}：{reason}', en: 'access log {stream}: {reason}' },
  'access-unreadable': { zh: '访问日志无法读取：{reason}', en: 'the access log cannot be read: {reason}' },
  sizes: {
    zh: '登记流水 {segments} 个文件，{journal} MiB；索引 {index} MiB',
    en: '{segments} journal segments, {journal} MiB; index {index} MiB',
  },
  'journal-damaged': { zh: '登记流水有问题：{reason}', en: 'the journal is damaged: {reason}' },
  'journal-torn-tail': {
    zh: '{file} 末尾（偏移 {offset}）有一段未写完',
    en: 'the end of {file} (offset {offset}) is torn',
  },
  'index-missing': { zh: '索引 {folder} 不存在', en: 'the index {folder} is missing' },
  anchor: {
    zh: '服务运行中：{size} 条记录，{outstanding} 条待锚定，最近一次锚定 {age} 分钟前',
    en: 'the service is running: {size} records, {outstanding} not anchored yet, last anchor {age} minutes ago',
  },
  'anchor-late': {
    zh: '{outstanding} 条记录待锚定，最近一次锚定 {age} 分钟前',
    en: '{outstanding} records are not anchored yet, last anchor {age} minutes ago',
  },
  witness: { zh: '见证节点 {name}（{url}）有应答', en: 'the witness {name} at {url} answers' },
  'witness-silent': { zh: '见证节点 {name}（{url}）没有应答', en: 'the witness {name} at {url} does not answer' },
  'witness-refuses': {
    zh: '见证节点 {name}（{url}）未登记本存证日志',
    en: 'the witness {name} at {url} does not know this log',
  },
  'witness-conflict': {
    zh: '见证节点 {name}（{url}）见过与此不同的存证日志',
    en: 'the witness {name} at {url} has seen a different version of this log',
  },
  'witness-ahead': {
    zh: '见证节点 {name}（{url}）见过更长的存证日志',
    en: 'the witness {name} at {url} has seen a longer version of this log',
  },
  'witness-policy-wrong': { zh: '{reason}', en: '{reason}' },
  'service-silent': { zh: '服务 {url} 没有应答', en: 'the service at {url} does not answer' },
  chain: { zh: '区块链 {url} 与记录相符', en: 'the chain at {url} is the pinned one' },
  'chain-unreachable': { zh: '区块链 {url} 没有应答', en: 'the chain at {url} does not answer' },
  'chain-identity': { zh: '{url} 不是记录所定的区块链：{reason}', en: '{url} is not the pinned chain: {reason}' },
  'chain-sources-too-few': {
    zh: '核验基准文件要求 {sources} 个节点一致，只指明了 {named} 个：锚定无法最终确认',
    en: 'the trust file requires {sources} nodes that agree, and {named} are named: no anchor can become final',
  },
  'chain-sources-disagree': {
    zh: '服务所用的节点互相矛盾：在一致之前锚定无法最终确认',
    en: 'the nodes of the service contradict each other: until they agree no anchor can become final',
  },
  'chain-blocks': { zh: '本地链 {blocks} 个区块', en: 'local chain of {blocks} blocks' },
  'chain-damaged': { zh: '本地链不可用：{reason}', en: 'the local chain cannot be used: {reason}' },
  'chain-long': {
    zh: '本地链已有 {blocks} 个区块，启动会越来越慢',
    en: 'the local chain has {blocks} blocks: starts become slower and slower',
  },
  clock: { zh: '系统时钟 {time}', en: 'the clock shows {time}' },
  'clock-behind': {
    zh: '系统时钟 {time} 早于数据的最后写入时间 {written}',
    en: 'the clock shows {time}, earlier than the last write of the data at {written}',
  },
  account: {
    zh: '链上账户 {account} 余额 {balance}，按现价约够 {anchors} 次锚定',
    en: 'the chain account {account} has {balance}, which pays for about {anchors} anchors at the current price',
  },
  'account-poor': {
    zh: '链上账户 {account} 余额 {balance}，按现价只够约 {anchors} 次锚定',
    en: 'the chain account {account} has {balance}, which pays for only about {anchors} anchors at the current price',
  },
  'account-free': {
    zh: '链上账户 {account}；该链不收费',
    en: 'the chain account {account}; gas is free on this chain',
  },
} as const;

/** What to do about a finding. */
export const DOCTOR_REPAIRS = {
  'ledger-missing': {
    zh: '用 evl settings 查看该目录由何处指定；尚未建立存证系统时，运行 evl init',
    en: 'see what names this folder with evl settings; where no ledger was made yet, run evl init',
  },
  'ledger-unusable': {
    zh: '目录中有存证系统：不要运行 evl init；由备份放回所指的文件（trust.json、version），或用 evl restore 恢复到新目录',
    en: 'there is a ledger: do not run evl init; put the named file (trust.json, version) back from a backup, or run evl restore into a new folder',
  },
  'backup-old': {
    zh: '运行 evl backup，并查看定时器为何没有运行（systemctl list-timers）',
    en: 'run evl backup, and see why the timer did not (systemctl list-timers)',
  },
  'backup-none': {
    zh: '运行 evl backup；目录不对时，更改设置 backupDir',
    en: 'run evl backup, or change the setting backupDir where the folder is another one',
  },
  'access-damaged': {
    zh: '由最新的备份放回 access 目录中的该文件；任何副本中都没有时，停止服务，运行 evl access accept',
    en: 'put this file of the folder access back from the newest backup; where no copy has it, stop the service and run evl access accept',
  },
  'access-unreadable': {
    zh: '检查数据目录下 access 的权限与磁盘',
    en: 'see who may read the folder access in the data folder, and look at the disk',
  },
  'certificate-expiring': {
    zh: '换上新证书：写入同样的文件即可，无需重启',
    en: 'put a new certificate into the same files; no restart is needed',
  },
  'certificate-expired': {
    zh: '换上新证书：写入同样的文件即可，无需重启',
    en: 'put a new certificate into the same files; no restart is needed',
  },
  'certificate-wrong': {
    zh: '检查 EVL_TLS_CERT 与 EVL_TLS_KEY 所指的文件；运行中的服务仍用原有证书',
    en: 'check the files that EVL_TLS_CERT and EVL_TLS_KEY name; a running service goes on with the certificate before',
  },
  'insecure-http': {
    zh: '设置 EVL_TLS_CERT 与 EVL_TLS_KEY，或用反向代理，然后去掉 EVL_INSECURE_HTTP',
    en: 'set EVL_TLS_CERT and EVL_TLS_KEY, or use a reverse proxy, and remove EVL_INSECURE_HTTP',
  },
  'proxy-without-people': {
    zh: '用 evl org add 与 evl people add 用户名 --org 单位 --admin 建立第一个账户',
    en: 'make the first account with evl org add and evl people add NAME --org ORGANISATION --admin',
  },
  'restore-unconfirmed': {
    zh: '管理员登录，核对人员与授权，运行 evl people confirm-restore',
    en: 'an administrator signs in, compares persons and grants, and runs evl people confirm-restore',
  },
  'verify-url-missing': {
    zh: '把法院访问核验网页所用的地址写入 EVL_VERIFY_URL；没有这样的地址时，证书只印编号，用离线核验页核验',
    en: 'set EVL_VERIFY_URL to the address by which courts reach the verify page; where there is none, certificates have the number, and the offline verifier serves',
  },
  'verify-url-local': {
    zh: '把 EVL_VERIFY_URL 改为法院访问核验网页所用的地址；没有这样的地址时，去掉这项设置',
    en: 'set EVL_VERIFY_URL to the address by which courts reach the verify page, or remove the setting where there is none',
  },
  'key-file-open': { zh: '运行 chmod 600 {file}', en: 'run chmod 600 {file}' },
  'key-missing': {
    zh: '由备份恢复该密钥：无法重新生成',
    en: 'restore the key from a backup: it cannot be generated again',
  },
  'key-wrong': {
    zh: '由另存的密钥副本放回该文件：密钥无法重新生成',
    en: 'put the file back from the copy of the keys: a key cannot be generated again',
  },
  'storage-full': {
    zh: '腾出磁盘空间；服务随后自行恢复登记',
    en: 'free some space; the service then resumes registration by itself',
  },
  'file-system-remote': { zh: '把数据目录移到本机磁盘', en: 'move the data folder to a local disk' },
  'journal-damaged': {
    zh: '运行 evl fsck，再用 evl repair --from 由备份复原',
    en: 'run evl fsck, then evl repair --from a backup',
  },
  'journal-torn-tail': {
    zh: '运行 evl fsck：它说明启动时能否截去',
    en: 'run evl fsck: it shows whether the next start may cut it',
  },
  'index-missing': { zh: '运行 evl rebuild-index', en: 'run evl rebuild-index' },
  'anchor-late': { zh: '检查区块链是否可用、账户是否有余额', en: 'check the chain, and the balance of the account' },
  ...WITNESS_ADVICE,
  'witness-policy-wrong': {
    zh: '改正 EVL_WITNESS_POLICY 所指的文件',
    en: 'correct the file that EVL_WITNESS_POLICY names',
  },
  'service-silent': { zh: '用 evl serve 启动服务', en: 'start it with evl serve' },
  'chain-unreachable': { zh: '启动区块链，或检查 EVL_RPC_URL', en: 'start the chain, or check EVL_RPC_URL' },
  'chain-identity': { zh: '检查 EVL_RPC_URL 与 EVL_CHAIN_PORT', en: 'check EVL_RPC_URL and EVL_CHAIN_PORT' },
  'account-poor': { zh: '向该账户转入款项', en: 'send the account funds' },
  'chain-sources-too-few': { zh: '在 EVL_RPC_URL 中补足节点', en: 'name more nodes in EVL_RPC_URL' },
  'chain-sources-disagree': {
    zh: '逐一核对节点，把提供虚假数据或已分叉的从 EVL_RPC_URL 中去掉',
    en: 'compare the nodes, and remove the one that lies or is on a fork from EVL_RPC_URL',
  },
  'chain-damaged': {
    zh: '由备份放回 chain/transactions.jsonl；登记、查询与核验不受影响，锚定须等它复原',
    en: 'put chain/transactions.jsonl back from a backup; registering, reading and verifying continue, anchoring waits for it',
  },
  'chain-long': {
    zh: '增大 EVL_ANCHOR_INTERVAL_MS，或改用外部链',
    en: 'raise EVL_ANCHOR_INTERVAL_MS, or use an external chain',
  },
  'clock-behind': { zh: '校准系统时钟', en: 'set the clock' },
} as const;

export const LOCK_STATES = {
  running: { zh: '服务正在运行', en: 'the service is running' },
  free: { zh: '服务未运行', en: 'the service is not running' },
} as const;
