/** Who runs the chain, by `operatedBy` of the trust file: on the home page and on certificates. */
export const CHAIN_OPERATOR = {
  operator: {
    zh: '由运营方自行运行（链号 {chainId}）：时间与不可回滚性依赖运营方。',
    en: 'Run by the operator (chain id {chainId}): time and irreversibility rest on the operator.',
  },
  others: {
    zh: '运营方称由他人运行（链号 {chainId}）；核验时请用您自己的节点。',
    en: 'Run by others, as the operator states (chain id {chainId}); verify with a node of your own.',
  },
} as const;
