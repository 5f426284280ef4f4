/** The texts of `evl login` and `evl logout`. */
export const LOGIN = {
  url: { zh: '服务的地址', en: 'address of the service' },
  open: {
    zh: '请在浏览器中打开此地址，登录后批准：{address}',
    en: 'open this address in a browser, sign in and approve: {address}',
  },
  compare: {
    zh: '校对码 {code}：网页所显示的应与此相同，否则请拒绝',
    en: 'code {code}: the page should show the same; refuse if it does not',
  },
  waiting: {
    zh: '等待批准，最长 10 分钟（Ctrl-C 放弃）',
    en: 'waiting for the approval, up to 10 minutes (Ctrl-C gives up)',
  },
  done: {
    zh: '已登录：{person}，角色 {role}，有效期至 {until}',
    en: 'logged in: {person}, {role}, until {until}',
  },
  loggedOut: { zh: '已退出：{url} 的密钥已吊销并删除', en: 'logged out: the key for {url} is revoked and removed' },
  noKey: { zh: '没有 {url} 的密钥，无需退出', en: 'there is no key for {url}' },
} as const;
