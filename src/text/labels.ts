/** Small words that stand around others. */
export const LABELS = {
  nextIs: { zh: '下一步：{hint}', en: 'next: {hint}' },
} as const;
