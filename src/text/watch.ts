/** The texts of `evl audit --watch`. */
export const WATCH = {
  started: {
    zh: '持续审计 {url}：每 {seconds} 秒一次（按 Ctrl-C 结束）',
    en: 'watching {url} every {seconds} s (Ctrl-C to stop)',
  },
  resumed: { zh: '从已保存的 {size} 条之后继续', en: 'resuming after {size} remembered entries' },
  metricsAt: { zh: '监控指标：{url}', en: 'metrics at {url}' },
  checkpoint: {
    zh: '{time}  条目 {size}  根 {root}  已锚定 {anchored}  {verdict}',
    en: '{time}  entries {size}  root {root}  anchored {anchored}  {verdict}',
  },
  problem: { zh: '{time} {heading}：{code}：{message}', en: '{time} {heading}: {code}: {message}' },
  contradiction: { zh: '异常', en: 'ALARM' },
  unknown: { zh: '待查', en: 'WARNING' },
  stillContradiction: { zh: '异常持续', en: 'ALARM continues' },
  stillUnknown: { zh: '待查事项持续', en: 'WARNING continues' },
  resolved: { zh: '已消除', en: 'resolved' },
  webhookFailed: {
    zh: '通报发送失败（{reason}），将重试',
    en: 'a notification could not be delivered ({reason}); it will be retried',
  },
  webhookLost: {
    zh: '通报发送失败（{reason}），已放弃',
    en: 'a notification could not be delivered ({reason}) and was dropped',
  },
  queueFull: { zh: '待发队列已满', en: 'the queue is full' },
  noAnswer: { zh: '没有答复', en: 'no answer' },
  timeout: { zh: '超时', en: 'timeout' },
  stillWatching: {
    zh: '{time}  持续审计中，无新情况：条目 {size}，{verdict}',
    en: '{time}  still watching, nothing new: entries {size}, {verdict}',
  },
  ended: { zh: '持续审计已结束：{verdict}', en: 'watch ended: {verdict}' },
} as const;
