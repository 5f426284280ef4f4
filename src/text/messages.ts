/** The texts of the commands for registering and verifying. */
export const MESSAGES = {
  hashing: { zh: '正在计算哈希值：{mebibytes} MiB', en: 'hashing: {mebibytes} MiB' },
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
    zh: '区块链上已有 {count} 份回执所缺的锚定信息：已向 {service} 查询其最新形式并据以核验，原回执文件未改动；用 evl receipt upgrade 可存入回执',
    en: 'the chain has the anchors that {count} {count:receipt|receipts} {count:lacks|lack}: the newest form from {service} was verified, and no file was changed; evl receipt upgrade stores it',
  },
  newestFailed: {
    zh: '区块链上已有这份回执所缺的锚定信息，但未能从 {service} 取得（{reason}）；可稍后运行 evl receipt upgrade',
    en: 'the chain has the anchor that this receipt lacks, and {service} did not provide it ({reason}); run evl receipt upgrade later',
  },
  upgrading: { zh: '已处理 {done}/{total} 份回执', en: '{done} of {total} receipts' },
  adding: { zh: '已处理 {done}/{total} 个文件，{mebibytes} MiB', en: '{done} of {total} files, {mebibytes} MiB' },
  goOn: {
    zh: '{total} 个文件中已登记 {done} 个；再次运行同一命令即可继续，已有回执的不会重复登记',
    en: '{done} of {total} files are registered; the same command continues where this run ended, and registers nothing twice',
  },
  addSummary: {
    zh: '已登记 {done} 条（其中原有回执 {kept} 条，已上链 {anchored} 条），失败 {failed} 条，未登记 {skipped} 项',
    en: '{done} registered ({kept} had their receipt already, {anchored} are anchored), {failed} failed, {skipped} left out',
  },
  addUnfinished: {
    zh: '已登记的当中有 {count} 条登记之后的步骤未能完成，原因见上',
    en: 'of those registered, {count} {count:was|were} not completed afterwards; the reasons are above',
  },
  itemFailed: { zh: '{file}：{reason}', en: '{file}: {reason}' },
  escapedName: {
    zh: '文件名不是有效的 UTF-8，或含有不可见字符，登记为 {name}（这些字节写作 %XX）',
    en: 'the name is not valid UTF-8, or has characters that are not seen, and is registered as {name} (such bytes written as %XX)',
  },
  otherKind: { zh: '记录种类不同', en: 'it is of another kind of record' },
  otherLookup: { zh: '{label}不同', en: 'it is of another {label}' },
  otherSection: { zh: '“{section}”一节与所登记的不同', en: 'its section "{section}" is not as it was stated' },
  otherRecord: { zh: '它属于另一条登记记录 {id}', en: 'it is of another record, {id}' },
  stepFails: { zh: '{step}：{sentence}', en: '{step}: {sentence}' },
  skipped: { zh: '未登记 {file}：{reason}', en: 'left out {file}: {reason}' },
  passedOver: { zh: '跳过 {file}：{reason}', en: 'skipped {file}: {reason}' },
  emptyFolder: { zh: '目录是空的', en: 'the folder is empty' },
  onlySkipped: {
    zh: '其中的 {count} 项均未登记，第一项：{reason}',
    en: 'it holds nothing but what is left out ({count} {count:path|paths}, the first of them {reason})',
  },
  emptyFile: { zh: '{file} 是空文件（0 字节），照样登记', en: '{file} is empty (0 bytes), and registered as such' },
  contentNotAsked: {
    zh: '无法向服务查询：原有回执的 {count} 个文件，其内容是否由服务保存未予核对',
    en: 'the service cannot be asked: whether it keeps the bytes of the {count} {count:file|files} with a receipt was not checked',
  },
  waitingForService: {
    zh: '服务 {url} 暂时没有应答，正在重试……',
    en: 'the service at {url} does not answer; retrying …',
  },
  waitingForState: {
    zh: '等待“{state}”：已到 {reached}/{size}',
    en: 'waiting for the state "{state}": {reached} of {size}',
  },
  chainUnreachable: {
    zh: '服务暂时无法连接区块链（{code}），继续等待……',
    en: 'the service cannot reach the chain ({code}); waiting …',
  },
} as const;
