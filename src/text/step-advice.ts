/** What a command does about a step that is not decided, by the code of that step. */
export const STEP_ADVICE = {
  'block-not-pinned': {
    command: 'trust',
    zh: '用 evl trust pin-block 经节点核对后留存该区块，即可离线核验',
    en: '"evl trust pin-block" pins the block once nodes have confirmed it; then it verifies offline',
  },
  'not-upgraded': {
    command: 'receipt',
    zh: '用 evl receipt upgrade 更新回执',
    en: '"evl receipt upgrade" upgrades the receipt',
  },
  'trust-changed': {
    command: 'trust',
    zh: '用 evl trust diff 查看有何不同',
    en: '"evl trust diff" shows what differs',
  },
} as const;
