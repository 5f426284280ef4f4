/** What `evl anchor` says. */
export const ANCHOR = {
  status: { zh: '查看锚定到哪里，还有什么在途', en: 'how far the log is anchored, and what is on its way' },
  retry: { zh: '请服务立即锚定', en: 'ask the service for an anchor now' },
  url: { zh: '存证服务的地址', en: 'address of the service' },
  covered: {
    zh: '已登记 {size} 条，其中 {final} 条的锚定已最终确定',
    en: '{size} records, {final} of them under a final anchor',
  },
  chainOk: { zh: '服务可以连上区块链', en: 'the service reaches the chain' },
  chainAway: {
    zh: '服务连不上区块链（{code}）；登记不受影响，锚定稍后继续',
    en: 'the service cannot reach the chain ({code}); registration goes on, anchoring waits',
  },
  line: {
    zh: '{state}\t{size} 条\t区块 {block}\t{time}\t{tx}',
    en: '{state}\t{size} records\tblock {block}\t{time}\t{tx}',
  },
  requested: {
    zh: '已请求锚定 {size} 条；用 evl anchor status 查看进展',
    en: 'an anchor over {size} records is asked for; "evl anchor status" shows how it goes',
  },
  complete: { zh: '全部 {size} 条都已锚定，无须重试', en: 'all {size} records are anchored; nothing is to be done' },
} as const;
