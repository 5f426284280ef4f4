/** Labels of the page that explains a problem code. */
export const PROBLEM_PAGE = {
  code: { zh: '代码', en: 'Code' },
  status: { zh: 'HTTP 状态', en: 'HTTP status' },
  meaning: { zh: '含义', en: 'Meaning' },
  advice: { zh: '处理办法', en: 'What to do' },
} as const;
