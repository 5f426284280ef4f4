/** The texts of the commands for registering and verifying. */
export const MESSAGES = {
  severalRecords: {
    zh: '共有 {count} 条登记记录与该文件的哈希值一致，以下逐一说明；退出码取其中最差的一个',
    en: '{count} records have the digest of this file; each is reported, and the exit code is that of the worst',
  },
  rememberedTrust: {
    zh: '此前留存的在 {file}。向运营方核实之后，删去它或用 --trust 指定新的核验基准文件。',
    en: 'the remembered one is {file}. Once the operator has explained the change, delete it, or name the new trust file with --trust.',
  },
  forgottenTrust: {
    zh: '服务提供的核验基准文件未能留存（EVL_HOME 不可写）：下次仍将采用服务届时提供的',
    en: 'the trust file that the service offers cannot be remembered (EVL_HOME is not writable): the next run uses whatever the service offers then',
  },
  judgedNewest: {
    zh: '区块链上已有 {count} 份回执所缺的锚定信息：已向 {service} 查询其最新形式并据以核验，原回执文件未改动',
    en: 'the chain has the anchors that {count} {count:receipt|receipts} {count:lacks|lack}: the newest form from {service} was verified, and no file was changed',
  },
  judgedExtended: {
    zh: '{count} 份回执缺少区块链上已有的锚定或现行规则要求的联署：已用 {service} 的哈希分片证明其检查点与大小为 {size} 的检查点一致，并据以核验；没有向服务提及登记记录，原回执文件未改动。回执的格式容不下这一证明',
    en: '{count} {count:receipt|receipts} {count:lacks|lack} an anchor or cosignatures that the log has: by tiles from {service}, {count:its tree is|their trees are} proven to be part of that of size {size}, which was verified; the service was told of no record, and no file was changed. A receipt cannot hold that proof',
  },
  newestFailed: {
    zh: '区块链上已有这份回执所缺的锚定信息，但未能从 {service} 取得（{reason}）',
    en: 'the chain has the anchor that this receipt lacks, and {service} did not provide it ({reason})',
  },
  storeNewest: {
    zh: '用 evl receipt upgrade 取得带有锚定信息的回执并存入文件',
    en: '"evl receipt upgrade" gets the receipt with its anchor and stores it',
  },
  otherKind: { zh: '记录种类不同', en: 'it is of another kind of record' },
  otherLookup: { zh: '{label}不同', en: 'it is of another {label}' },
  otherSection: { zh: '“{section}”一节与所登记的不同', en: 'its section "{section}" is not as it was stated' },
  otherRecord: { zh: '它属于另一条登记记录 {id}', en: 'it is of another record, {id}' },
  stepFails: { zh: '{step}：{sentence}', en: '{step}: {sentence}' },
} as const;
