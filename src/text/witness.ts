/** Messages of `evl witness`. */
export const WITNESS = {
  created: {
    zh: '已建立见证节点 {name}，目录 {dir}',
    en: 'created the witness {name} in {dir}',
  },
  vkeyIs: { zh: '见证节点公钥 {vkey}', en: 'verifier key of the witness: {vkey}' },
  giveVkey: {
    zh: '请把公钥交给将以其联署为依据的各方；私钥文件 {file} 请妥善保管',
    en: 'give this key to everyone who will rely on the witness, and keep {file} safe',
  },
  watches: {
    zh: '所见证的存证日志 {origin}：{keys} 个公钥，已联署至大小 {size}',
    en: 'watches the log {origin}: {keys} {keys:key|keys}, cosigned up to size {size}',
  },
  keyRemoved: {
    zh: '已移除存证日志 {origin} 的这个公钥，还剩 {keys} 个',
    en: 'removed this key of the log {origin}: {keys} {keys:key is|keys are} left',
  },
  watchesNothing: { zh: '尚未登记任何存证日志', en: 'it watches no log yet' },
  lastAt: { zh: '最近一次联署 {time}，根 {root}', en: 'last cosigned at {time}, root {root}' },
  unusable: {
    zh: '存证日志 {origin} 的见证状态不可用（{code}）：{message}',
    en: 'the state of the log {origin} cannot be used ({code}): {message}',
  },
  ready: {
    zh: '见证节点已就绪：{url}（{count} 个存证日志）',
    en: 'the witness is ready at {url} ({count} {count:log|logs})',
  },
  isPublic: {
    zh: '正在 {host} 上监听，其他机器可以访问；见证节点本应公开，请在其前配置 TLS',
    en: 'it listens on {host}: other machines can reach it. A witness is meant to be public; put TLS in front of it',
  },
  logRefused: {
    zh: '不再联署存证日志 {origin}（{code}）：{message}',
    en: 'the log {origin} is no longer cosigned ({code}): {message}',
  },
  logsChanged: {
    zh: '存证日志清单已变更，自即时起生效：现见证 {count} 个存证日志',
    en: 'the list of logs has changed and holds at once: it has {count} {count:log|logs}',
  },
  logsUnreadable: {
    zh: '存证日志清单已变更而无法读取，暂不联署任何存证日志（{code}）：{message}',
    en: 'the list of logs has changed and cannot be read; nothing is cosigned until it can ({code}): {message}',
  },
  alarm: {
    zh: '警报（{code}）：存证日志 {origin} 签署了大小为 {size} 的检查点，{meaning}；未予联署，证据保存在 evidence 目录',
    en: 'alarm ({code}): the log {origin} has signed a checkpoint of size {size}, {meaning}; it was not cosigned, and the evidence is kept in the folder evidence',
  },
  stateFailed: {
    zh: '{reason}；见证节点退出，请检查磁盘后重新启动',
    en: '{reason}; the witness stops. Check the disk, then start it again',
  },
  stopping: { zh: '正在停止……', en: 'stopping …' },
  stopped: { zh: '已停止', en: 'stopped' },
} as const;

/** What an alarm means for the checkpoint. */
export const ALARMS = {
  'root-differs': {
    zh: '其根与已联署的同一大小的根不同：存证日志出现了两种历史',
    en: 'whose root differs from the one that was cosigned for that size: the log has two histories',
  },
  'proof-wrong': {
    zh: '而随附的证明不能由已联署的检查点推得：或是存证日志改写了历史，或是提交方给出的证明有误',
    en: 'and the proof sent with it does not lead there from the cosigned checkpoint: either the log was rewritten, or its sender sent a wrong proof',
  },
} as const;

/** What is wrong with the state of one log. Values of `fault` in src/text/errors.ts. */
export const STATE_FAULTS = {
  digestWrong: { zh: '与其哈希值不符', en: 'does not match its digest' },
  unreadable: { zh: '不是可读的签名检查点', en: 'is not a readable signed checkpoint' },
  otherLog: { zh: '是另一个存证日志 {found} 的状态', en: 'is about another log, {found}' },
  cosignatureWrong: { zh: '没有本见证节点的联署', en: 'does not have the cosignature of this witness' },
} as const;

/** What is wrong with a witness policy. Values of `fault` in src/text/errors.ts. */
export const POLICY_FAULTS = {
  otherLog: {
    zh: '其中没有本存证日志的公钥 {vkey}',
    en: 'no log line has the key of this log, {vkey}',
  },
  addressMissing: { zh: '见证节点 {name} 没有地址', en: 'the line of witness {name} has no address' },
  addressNotPlain: {
    zh: '见证节点 {name} 的地址不是不含账号、查询和片段的 http 或 https 地址',
    en: 'the address of witness {name} is not a plain http or https address',
  },
} as const;

export const WITNESS_HELP = {
  init: { zh: '新建见证节点：密钥与目录', en: 'create a witness: its key and its folder' },
  name: {
    zh: '见证节点的名称，例如 witness.court.example/w1（无空格和加号）',
    en: 'name of the witness, for example witness.court.example/w1 (no space, no plus sign)',
  },
  dir: { zh: '见证节点的目录', en: 'folder of the witness' },
  addLog: {
    zh: '登记要见证的存证日志，或为已登记的存证日志增加公钥',
    en: 'watch a log, or accept one more key of a watched log',
  },
  removeKey: {
    zh: '移除存证日志的一个公钥（例如已失窃的）',
    en: 'remove a key of a log, for example a stolen one',
  },
  vkey: { zh: '存证日志的公钥（vkey）', en: 'verifier key of the log' },
  origin: { zh: '存证日志标识；默认为公钥的名称', en: 'origin of the log (default: the name of the key)' },
  show: {
    zh: '显示公钥、各存证日志及已联署的大小',
    en: 'show the key, the logs, and up to which size they are cosigned',
  },
  serve: { zh: '运行见证节点', en: 'run the witness' },
  host: { zh: '监听的地址', en: 'address to listen on' },
  port: { zh: '监听的端口', en: 'port to listen on' },
} as const;

/** What to do where a witness does not cosign, by the code of the alarm. */
export const WITNESS_ADVICE = {
  'witness-silent': {
    zh: '检查见证节点的地址与网络；持续没有应答时，请联系其运行者',
    en: 'check its address and the network; if it stays silent, contact its operator',
  },
  'witness-refuses': {
    zh: '请见证节点的运行者登记本存证日志的标识与验证公钥（见 /trust.json 的 log）',
    en: 'ask its operator to register the origin and the key of this log (`log` in /trust.json)',
  },
  'witness-conflict': {
    zh: '该见证节点见过与此不同的存证日志：请核对是否另有一份数据目录以同一密钥运行，并与其运行者对照其保存的检查点',
    en: 'it has seen a different version of this log: find out whether another copy runs with the same key, and compare with the checkpoint that the witness keeps',
  },
  'witness-ahead': {
    zh: '该见证节点见过比此更长的存证日志：请核对是否在运行旧副本，并与其运行者对照其保存的检查点',
    en: 'it has seen a longer version of this log: find out whether an old copy is running, and compare with the checkpoint that the witness keeps',
  },
} as const;
