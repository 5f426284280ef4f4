/** What `evl audit --watch` says. */
export const WATCH = {
  begun: {
    zh: '持续审计 {url}：每 {seconds} 秒一次（Ctrl-C 结束）',
    en: 'watching {url}, every {seconds} s (Ctrl-C ends it)',
  },
  goesOn: { zh: '从已记住的第 {size} 条继续', en: 'going on from the remembered {size} entries' },
  metricsAt: { zh: '监控指标：{url}', en: 'metrics at {url}' },
  checkpoint: {
    zh: '{time}  条目 {size}  根 {root}  已锚定 {anchored}  {verdict}',
    en: '{time}  entries {size}  root {root}  anchored {anchored}  {verdict}',
  },
  contradiction: { zh: '异常', en: 'ALARM' },
  unknown: { zh: '待查', en: 'to be looked into' },
  stillContradiction: { zh: '异常仍在', en: 'ALARM, still' },
  stillUnknown: { zh: '仍待查', en: 'still to be looked into' },
  over: { zh: '已消除', en: 'over' },
  webhookFailed: {
    zh: '未能通报异常（{reason}），将重试',
    en: 'an alarm could not be posted ({reason}); it is tried again',
  },
  webhookLost: {
    zh: '未能通报异常（{reason}），已放弃',
    en: 'an alarm could not be posted ({reason}), and is given up',
  },
  ended: { zh: '已结束：{verdict}', en: 'ended: {verdict}' },
} as const;
