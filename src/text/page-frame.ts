/** What frames the home page and the handbooks. */
export const PAGE_FRAME = {
  name: { zh: '电子数据存证服务', en: 'Evidence ledger' },
  navigation: { zh: '本服务的网页', en: 'Pages of this service' },
  verify: { zh: '核验', en: 'Verify' },
  otherLanguage: { zh: 'English', en: '中文' },
  contents: { zh: '目录', en: 'Contents' },
  handbooks: { zh: '使用手册', en: 'Handbooks' },
  version: { zh: '程序版本 {version}', en: 'Version {version}' },
} as const;
