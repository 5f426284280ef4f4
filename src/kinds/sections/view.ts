import type { Message } from '../../text/message.ts';

/** Sections that several kinds have. */
export const SECTION_LABELS = {
  case: { zh: '案件', en: 'case' },
  registrant: { zh: '登记人', en: 'registrant' },
  time: { zh: '登记时间', en: 'time of registration' },
  collection: { zh: '取证信息', en: 'collection' },
} as const satisfies Readonly<Record<string, Message>>;

/** How electronic data came to the office: the statutory ways, and two others. */
export const COLLECTION_METHODS = [
  'seizure', // 扣押、封存原始存储介质
  'on-site-extraction', // 现场提取
  'online-extraction', // 网络在线提取
  'freezing', // 冻结
  'requisition', // 调取
  'voluntary-submission', // 主动提交
  'derivation', // 派生（复制、转换、脱敏）
] as const;

/** The case that a record belongs to, as given. */
export interface Case {
  readonly number: string;
  readonly title?: string | undefined;
}

/** Provenance before registration, as stated: what a court asks about and no ledger can prove. */
export interface Collection {
  readonly method: (typeof COLLECTION_METHODS)[number];
  /** RFC 3339 with an offset. */
  readonly collectedAt: string;
  readonly place?: string | undefined;
  readonly collectors: readonly string[];
  /** The attesting witness (见证人), or the reason why there is none. */
  readonly witness?: string | undefined;
  readonly holder?: string | undefined;
  readonly tool?:
    { readonly name: string; readonly version?: string | undefined; readonly sha256?: string | undefined } | undefined;
  readonly originalMedium?:
    | { readonly seized: boolean; readonly sealNumber?: string | undefined; readonly reason?: string | undefined }
    | undefined;
  readonly remarks?: string | undefined;
}
