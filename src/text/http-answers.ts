import type { HttpAnswer } from './error-entry.ts';

const RETRY_LATER = {
  zh: '等待 Retry-After 所给的秒数后以相同的 Idempotency-Key 重试',
  en: 'Wait for the seconds in Retry-After and try again with the same Idempotency-Key.',
} as const;

const RETRY_AFTER_RESTART = {
  zh: '联系运营方重新启动服务，然后以相同的 Idempotency-Key 重试',
  en: 'Contact the operator to restart the service, then try again with the same Idempotency-Key.',
} as const;

/** How requests are answered where a part of the ledger refuses or fails. */
export const HTTP_ANSWERS = {
  'outside-head-missing': {
    status: 503,
    title: {
      zh: '尚无外部记录确认存证日志，暂停登记',
      en: 'No external record has confirmed the log yet: registration is paused',
    },
    detail: {
      zh: '合约、留存检查点与见证节点均尚未确认本存证日志',
      en: 'neither the contract nor a pinned checkpoint nor a witness has confirmed this log yet',
    },
    advice: RETRY_LATER,
  },
  'case-not-recognised': {
    status: 400,
    title: { zh: '案号无法识别', en: 'The case number is not recognised' },
    meaning: {
      zh: '案号不合法院案号、检察文号、公安文号的形式，也不合本服务另行认可的形式：可能有误；未登记任何内容',
      en: 'The number has the form of no court, procuratorate or police number, nor one that this service knows besides: it may be mistyped. Nothing was registered.',
    },
    advice: {
      zh: '核对案号；确无误的，以 case.asIs: true 照原样登记（该项不写入记录）。GET /v1/case-number 告知案号读作什么',
      en: 'Check the number; if it is meant as it is, register with case.asIs: true, which is no part of the record. GET /v1/case-number answers what a number is read as.',
    },
  },
  'witness-disagrees': {
    status: 503,
    title: {
      zh: '见证节点所记的存证日志与此不同，暂停登记',
      en: 'A witness remembers another version of the log: registration is paused',
    },
    detail: {
      zh: '一个见证节点说它见过比此更长、或与此不同的本存证日志；在其不再如此说明之前，不签署任何内容',
      en: 'a witness states that it has seen a longer or a different version of this log; nothing is signed as long as it does',
    },
    advice: {
      zh: '联系运营方：这里运行的可能是旧副本',
      en: 'Contact the operator: this may be an older copy of the log.',
    },
  },
  'not-anchored': {
    status: 409,
    title: { zh: '尚未上链并最终确认', en: 'Not anchored and final yet' },
    meaning: {
      zh: '存证证书载有上链时间：登记记录上链并最终确认之前不能出具',
      en: 'A certificate states when the record was anchored: it cannot be made before the anchor is final.',
    },
    advice: {
      zh: '待记录的状态为 final 后再取；此前以回执为凭',
      en: 'Ask again once the state of the record is final; until then there is the receipt.',
    },
  },
  'kind-not-certifiable': {
    status: 422,
    title: { zh: '此类记录不出具存证证书', en: 'No certificate of this kind of record' },
    meaning: {
      zh: '该记录不是证据，而是系统自身的记录（如访问日志的状态），或其类型不为本版本所识',
      en: 'The record is no evidence: the service made it of itself, such as the state of the access log, or this version does not know its kind.',
    },
    advice: { zh: '以该记录的回执为凭', en: 'Use the receipt of the record.' },
  },
  'glyph-missing': {
    status: 422,
    title: { zh: '有的字没有字体可以印出', en: 'No font has a character of the record' },
    meaning: {
      zh: '登记内容中有一个字，服务的字体都没有：宁可不出具，也不印成空白',
      en: 'The record has a character that no font of the service has: a certificate is refused rather than printed with a blank.',
    },
    advice: {
      zh: '请运营方为服务添加含有该字的字体（EVL_FONTS）；回执不受影响，仍可核验',
      en: 'Ask the operator to add a font that has it (EVL_FONTS). The receipt is not affected and verifies as before.',
    },
  },
  'typesetter-missing': {
    status: 501,
    title: { zh: '本服务不能制作 PDF 文件', en: 'This service makes no PDF documents' },
    detail: {
      zh: '服务没有安装制作 PDF 所需的程序包或字体',
      en: 'what PDF documents are made with is not installed with the service',
    },
    advice: {
      zh: '取回回执，用 evl cert 在别处制作；其余接口不受影响',
      en: 'Fetch the receipt and make the certificate elsewhere with evl cert; all other operations work.',
    },
  },
  'typesetter-busy': {
    status: 503,
    title: { zh: '等待制作的文件过多，请稍后再试', en: 'Too many documents are being made: try again later' },
    advice: {
      zh: '等待 Retry-After 所给的秒数后再取',
      en: 'Wait for the seconds in Retry-After and ask again.',
    },
  },
  'typesetter-timeout': {
    status: 503,
    title: { zh: '制作文件用时过长', en: 'Making the document took too long' },
    detail: {
      zh: '制作文件用时过长，已中止',
      en: 'making the document took too long and was stopped',
    },
    advice: {
      zh: '稍后再取；总是如此的，请联系运营方',
      en: 'Ask again later; contact the operator if it always happens.',
    },
  },
  'typesetter-failed': {
    status: 500,
    title: { zh: '未能制作文件', en: 'The document could not be made' },
    advice: {
      zh: '联系运营方；回执不受影响，仍可核验',
      en: 'Contact the operator. The receipt is not affected and verifies as before.',
    },
  },
  'storage-full': {
    status: 507,
    title: { zh: '存储空间不足', en: 'The storage is full' },
    detail: {
      zh: '磁盘剩余空间已到预留下限；未保存也未登记任何内容',
      en: 'the free space of the disk is down to its reserve; nothing was stored or registered',
    },
    advice: {
      zh: '联系运营方；腾出空间后以相同的 Idempotency-Key 重试',
      en: 'Contact the operator, and try again with the same Idempotency-Key once there is space.',
    },
  },
  'index-damaged': {
    status: 500,
    title: { zh: '索引损坏，无法查询', en: 'The index is damaged: this look-up is not possible' },
    detail: {
      zh: '索引有一部分无法读取：所查内容可能存在',
      en: 'a part of the index cannot be read: the record may exist',
    },
    advice: {
      zh: '联系运营方；存证记录本身不受影响，索引可由登记流水重建',
      en: 'Contact the operator. The records are not affected: the index is rebuilt from the journal.',
    },
  },
  'content-damaged': {
    status: 500,
    title: { zh: '所存内容损坏或缺失', en: 'The stored content is damaged or missing' },
    detail: {
      zh: '所存内容与登记的不一致；存证记录与回执不受影响',
      en: 'the stored content is not the registered one; record and receipt are not affected',
    },
    advice: {
      zh: '联系运营方由备份复原；手中的原件仍可凭回执核验',
      en: 'Contact the operator, who restores it from a backup. Other copies of the file still verify against the receipt.',
    },
  },
  'too-many-files': {
    status: 503,
    title: { zh: '服务打开的文件过多，请稍后再试', en: 'The service has too many files open: try again later' },
    detail: {
      zh: '服务已无可用的文件句柄；未保存也未登记任何内容',
      en: 'the service has no file handle left; nothing was stored or registered',
    },
    advice: RETRY_LATER,
  },
  'store-failed': {
    status: 503,
    title: { zh: '存储故障，已停止登记', en: 'The store has failed: registration has stopped' },
    detail: {
      zh: '存储写入失败；服务重新启动之前不再登记',
      en: 'a write to the store failed; nothing is registered until the service is restarted',
    },
    advice: RETRY_AFTER_RESTART,
  },
  'self-check-failed': {
    status: 503,
    title: { zh: '签署前自检未通过，已停止登记', en: 'The check before signing failed: registration has stopped' },
    detail: {
      zh: '内存中的存证日志与已签署的不一致；服务重新启动之前不再登记',
      en: 'the log in memory is not the one that was signed; nothing is registered until the service is restarted',
    },
    advice: RETRY_AFTER_RESTART,
  },
  'queue-full': {
    status: 503,
    title: { zh: '登记请求过多，请稍后再试', en: 'Too many registrations are waiting: try again later' },
    detail: { zh: '等待登记的请求已达上限', en: 'the registration queue is full' },
    advice: RETRY_LATER,
  },
  'clock-ahead': {
    status: 503,
    title: { zh: '服务器时钟超前，暂停登记', en: 'The clock of the service is ahead: registration is paused' },
    detail: {
      zh: '服务器时钟比可能的时间超前一天以上；校准之前不登记',
      en: 'the clock is more than a day ahead of what it can be; nothing is registered until it is set',
    },
    advice: {
      zh: '联系运营方校准时钟，然后以相同的 Idempotency-Key 重试',
      en: 'Contact the operator to correct the clock, then try again with the same Idempotency-Key.',
    },
  },
  'clock-behind': {
    status: 503,
    title: { zh: '服务器时钟落后，暂停登记', en: 'The clock of the service is behind: registration is paused' },
    detail: {
      zh: '服务器时钟早于最近一条记录的时间；时钟恢复之前不登记',
      en: 'the clock is behind the time of the newest record; nothing is registered until it has caught up',
    },
    advice: {
      zh: '联系运营方校准时钟，然后以相同的 Idempotency-Key 重试',
      en: 'Contact the operator to correct the clock, then try again with the same Idempotency-Key.',
    },
  },
  'idempotency-conflict': {
    status: 422,
    title: { zh: '幂等键已用于另一请求', en: 'The idempotency key was used for another request' },
    detail: {
      zh: '此幂等键已用于内容不同的请求；未登记任何内容',
      en: 'this key was used for a different request; nothing was registered',
    },
    advice: {
      zh: '内容不同的登记请使用新的键；重发时请使用与原来完全相同的内容',
      en: 'Use a new key for a different registration, and the same body for a retry.',
    },
  },
  internal: {
    status: 500,
    title: { zh: '内部错误', en: 'Internal error' },
    detail: { zh: '内部错误，原因见服务的运行日志', en: 'an internal error; the cause is in the log of the service' },
    advice: {
      zh: '联系运营方，并提供 X-Request-Id 响应头的值',
      en: 'Contact the operator and quote the header X-Request-Id.',
    },
  },
} as const satisfies Readonly<Record<string, HttpAnswer>>;
