/** Labels of the facts of a record, as reports and certificates show them. */
export const FACTS = {
  fileName: { zh: '登记的文件名', en: 'registered name' },
  fileSize: { zh: '文件大小', en: 'size' },
  bytes: { zh: '{size} 字节', en: '{size} bytes' },
  sha256: { zh: 'SHA-256', en: 'SHA-256' },
  sm3: { zh: 'SM3', en: 'SM3' },
  caseNumber: { zh: '案号', en: 'case number' },
  caseTitle: { zh: '案件名称', en: 'case title' },
  registrant: { zh: '登记人', en: 'registrant' },
  withheld: { zh: '未披露', en: 'not disclosed' },
} as const;

/** Who registered: the operator states it, and no proof rests on it. */
export const REGISTRANTS = {
  local: { zh: '服务所在机器的用户（未设账户）', en: 'a user of the machine of the service (no accounts)' },
  person: {
    zh: '{organisation} {role}（人员标识 {principal}；运营方所载）',
    en: '{organisation}, {role} (person {principal}; as the operator states)',
  },
} as const;

/** Labels of what certificates show besides. */
export const DETAILS = {
  mediaType: { zh: '文件格式', en: 'format' },
} as const;

/** Labels of the provenance before registration. */
export const COLLECTION_FACTS = {
  method: { zh: '取证方式', en: 'method' },
  collectedAt: { zh: '取证时间', en: 'collected' },
  place: { zh: '取证地点', en: 'place' },
  collectors: { zh: '取证人', en: 'collected by' },
  witness: { zh: '见证人', en: 'attesting witness' },
  holder: { zh: '持有人', en: 'holder' },
  tool: { zh: '取证工具', en: 'tool' },
  originalMedium: { zh: '原始介质', en: 'original medium' },
  seized: { zh: '已扣押、封存（{details}）', en: 'seized ({details})' },
  notSeized: { zh: '未扣押（{details}）', en: 'not seized ({details})' },
  remarks: { zh: '备注', en: 'remarks' },
} as const;

/** How electronic data came to the office. */
export const COLLECTION_METHOD_NAMES = {
  seizure: { zh: '扣押、封存原始存储介质', en: 'seizure of the original medium' },
  'on-site-extraction': { zh: '现场提取', en: 'extraction on site' },
  'online-extraction': { zh: '网络在线提取', en: 'extraction online' },
  freezing: { zh: '冻结', en: 'freezing' },
  requisition: { zh: '调取', en: 'requisition' },
  'voluntary-submission': { zh: '主动提交', en: 'voluntary submission' },
  derivation: { zh: '派生（复制、转换、脱敏）', en: 'derivation (copy, conversion, redaction)' },
} as const;

/** Labels of what a record of the access log states. */
export const ACCESS_FACTS = {
  kind: { zh: '访问日志记录', en: 'state of the access log' },
  lookup: { zh: '记录种类', en: 'kind of record' },
  stream: { zh: '日志流', en: 'stream' },
  entries: { zh: '条目', en: 'entries' },
  head: { zh: '链头哈希', en: 'head' },
} as const;
