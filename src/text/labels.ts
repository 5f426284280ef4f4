/** Small words that stand around others. */
export const LABELS = {
  next: { zh: '下一步：', en: 'next: ' },
} as const;
