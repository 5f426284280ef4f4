import { z } from 'zod';

/** How electronic data came to the office: the statutory ways, and two that are none of them. */
export const COLLECTION_METHODS = [
  'seizure', // 扣押、封存原始存储介质
  'on-site-extraction', // 现场提取
  'online-extraction', // 网络在线提取
  'freezing', // 冻结
  'requisition', // 调取
  'voluntary-submission', // 主动提交
  'derivation', // 派生（复制、转换、脱敏）
] as const;

const line = z.string().trim().min(1).max(500);
const moment = z.iso.datetime({ offset: true });

/**
 * Provenance before registration: what a court asks about that no ledger can prove. Optional as a
 * whole, strict where given.
 */
export const Collection = z.strictObject({
  method: z.enum(COLLECTION_METHODS),
  collectedAt: moment,
  place: line.optional(),
  collectors: z.array(line).min(1).max(20),
  /** Attesting witness (见证人), or why there is none. */
  witness: line.optional(),
  holder: line.optional(),
  tool: z
    .strictObject({
      name: line,
      version: line.optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    })
    .optional(),
  originalMedium: z
    .strictObject({ seized: z.boolean(), sealNumber: line.optional(), reason: line.optional() })
    .optional(),
  remarks: z.string().max(4000).optional(),
});
export type Collection = z.infer<typeof Collection>;
