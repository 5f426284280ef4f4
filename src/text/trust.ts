/** What `evl trust` says. */
export const TRUST = {
  pinBlock: {
    zh: '经链上节点核对后，把回执所在的区块记入信任文件，此后可离线核验',
    en: 'pin the blocks of a receipt in the trust file, once chain nodes have confirmed them: from then on it verifies offline',
  },
  receipt: { zh: '已锚定的存证回执', en: 'a receipt with its anchor' },
  file: { zh: '要写入的信任文件', en: 'the trust file to write them to' },
  rpc: {
    zh: '要询问的链上节点（可多次给出；默认见信任文件）',
    en: 'a chain node to ask (may be repeated; default: as the trust file says)',
  },
  pinned: { zh: '已记入：区块 {number}，{time}，{hash}', en: 'pinned: block {number} of {time}, {hash}' },
  wasPinned: { zh: '早已记入：区块 {number}，{hash}', en: 'was pinned already: block {number}, {hash}' },
  notPinned: {
    zh: '没有记入任何区块：节点的回答不足以确认这份回执的锚定（见上）',
    en: 'nothing was pinned: what the nodes said does not confirm the anchor of this receipt (see above)',
  },
  endorsementsNotConfirmed: {
    zh: '没有记入任何区块：节点的回答不足以确认这份回执所附背书的区块（{reason}）',
    en: 'nothing was pinned: what the nodes said does not confirm the blocks of the endorsements in this receipt ({reason})',
  },
  noProof: {
    zh: '这份回执没有区块头与收据证明，还不能离线核验；请先用 evl receipt upgrade 更新',
    en: 'this receipt has no block header and no proof yet, so it does not verify offline: upgrade it with "evl receipt upgrade"',
  },
  trustIs: { zh: '信任文件 {file} 现为 sha256:{sha256}', en: 'the trust file {file} is now sha256:{sha256}' },
} as const;
