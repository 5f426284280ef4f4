/** What frames the pages of the service. */
export const PAGE_FRAME = {
  name: { zh: '电子数据存证服务', en: 'Evidence ledger' },
  navigation: { zh: '本服务的网页', en: 'Pages of this service' },
  pageNavigation: { zh: '导航', en: 'Navigation' },
  verify: { zh: '核验', en: 'Verify' },
  otherLanguage: { zh: 'English', en: '中文' },
  account: { zh: '登录 / 我的账户', en: 'Sign in / My account' },
  contents: { zh: '目录', en: 'Contents' },
  handbooks: { zh: '使用手册', en: 'Handbooks' },
  version: { zh: '程序版本 {version}', en: 'Version {version}' },
} as const;
