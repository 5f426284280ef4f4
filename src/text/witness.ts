/** The words of `evl witness`. */
export const WITNESS = {
  created: {
    zh: '已建立见证节点 {name}，目录 {dir}',
    en: 'created the witness {name} in {dir}',
  },
  vkeyIs: { zh: '见证节点公钥 {vkey}', en: 'key of the witness {vkey}' },
  giveVkey: {
    zh: '把公钥交给要依靠它的人；私钥文件 {file} 请妥善保管',
    en: 'give this key to those who are to rely on it, and guard {file}',
  },
  watches: {
    zh: '见证日志 {origin}：{keys} 个公钥，已联署到 {size} 条',
    en: 'watches the log {origin}: {keys} {keys:key|keys}, cosigned up to size {size}',
  },
  keyRemoved: {
    zh: '已去掉日志 {origin} 的这个公钥，还剩 {keys} 个',
    en: 'took this key of the log {origin} away: {keys} {keys:key is|keys are} left',
  },
  watchesNothing: { zh: '尚未登记任何日志', en: 'it watches no log yet' },
  lastAt: { zh: '最近一次联署 {time}，根 {root}', en: 'last cosigned at {time}, root {root}' },
  unusable: {
    zh: '日志 {origin} 的状态不可用（{code}）：{message}',
    en: 'the state of the log {origin} cannot be used ({code}): {message}',
  },
  ready: {
    zh: '见证节点已就绪：{url}（{count} 个日志）',
    en: 'the witness is ready at {url} ({count} {count:log|logs})',
  },
  isPublic: {
    zh: '正在 {host} 上监听：其他机器可以访问；见证节点本应公开，请在前面加上 TLS',
    en: 'it listens on {host}: other machines can reach it. A witness is meant to be public; put TLS before it',
  },
  logRefused: {
    zh: '不再联署日志 {origin}（{code}）：{message}',
    en: 'nothing of the log {origin} is cosigned ({code}): {message}',
  },
  alarm: {
    zh: '警报（{code}）：日志 {origin} 签署了大小为 {size} 的检查点，{meaning}；未联署，证据保存在 evidence 目录',
    en: 'alarm ({code}): the log {origin} has signed a checkpoint of size {size}, {meaning}; it was not cosigned, the evidence is kept in the folder evidence',
  },
  internalError: { zh: '内部错误：{message}', en: 'internal error: {message}' },
  stateFailed: {
    zh: '状态写入失败，见证节点退出；请检查磁盘后重新启动：{message}',
    en: 'writing the state failed, the witness ends; look at the disk, then start again: {message}',
  },
  stopping: { zh: '正在停止……', en: 'stopping …' },
  stopped: { zh: '已停止', en: 'stopped' },
} as const;

/** What an alarm says about the checkpoint. */
export const ALARMS = {
  'root-differs': {
    zh: '其根与已联署的同一大小的根不同：日志出现了两种历史',
    en: 'whose root is another than the one that was cosigned for that size: the log has two histories',
  },
  'proof-wrong': {
    zh: '而随附的证明不能由已联署的检查点得到它：或是日志改写了历史，或是提交者给错了证明',
    en: 'and the proof that came with it does not lead there from the one that was cosigned: the log was rewritten, or whoever sent it sent a wrong proof',
  },
} as const;

export const WITNESS_HELP = {
  init: { zh: '新建见证节点：密钥与目录', en: 'create a witness: its key and its folder' },
  name: {
    zh: '见证节点的名称，例如 witness.court.example/w1（无空格和加号）',
    en: 'name of the witness, as witness.court.example/w1 (no space, no plus sign)',
  },
  dir: { zh: '见证节点的目录', en: 'folder of the witness' },
  addLog: {
    zh: '登记要见证的日志，或为已登记的日志增加公钥',
    en: 'have it watch a log, or take one more key of a log',
  },
  removeKey: {
    zh: '去掉日志的一个公钥（例如已失窃的）',
    en: 'take a key of a log away, as one that was stolen',
  },
  vkey: { zh: '日志的公钥（vkey）', en: 'verifier key of the log' },
  origin: { zh: '日志标识；默认为公钥的名称', en: 'origin of the log; default: the name of the key' },
  show: { zh: '显示公钥、各日志及已联署的大小', en: 'show the key, the logs, and how far they are cosigned' },
  serve: { zh: '运行见证节点', en: 'run the witness' },
  host: { zh: '监听的地址', en: 'address to listen on' },
  port: { zh: '监听的端口', en: 'port to listen on' },
} as const;

/** What to do where a witness does not cosign, by the code of the alarm. */
export const WITNESS_ADVICE = {
  'witness-silent': {
    zh: '检查见证节点的地址与网络；持续不应答时联系其运行者',
    en: 'look at its address and the network; if it stays silent, talk to who runs it',
  },
  'witness-refuses': {
    zh: '请见证节点的运行者登记本日志的标识与验证公钥（见 /trust.json 的 log）',
    en: 'ask who runs it to take in the origin and key of this log (`log` in /trust.json)',
  },
  'witness-conflict': {
    zh: '它称见过与此不同的日志：核对是否有另一份数据目录用同一密钥运行；与见证节点的运行者对照它保存的检查点',
    en: 'it says that it has seen another log than this: find out whether another copy runs with the same key, and compare with the checkpoint that it keeps',
  },
  'witness-ahead': {
    zh: '它称见过比此更长的日志：核对是否在运行旧副本；与见证节点的运行者对照它保存的检查点',
    en: 'it says that it has seen a longer log than this: find out whether an old copy runs, and compare with the checkpoint that it keeps',
  },
} as const;
