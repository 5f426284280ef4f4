/** Labels in front of other messages. */
export const LABELS = {
  nextIs: { zh: '下一步：{hint}', en: 'next: {hint}' },
} as const;
