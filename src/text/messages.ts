/** What the commands for registering and verifying say while they work. */
export const MESSAGES = {
  hashing: { zh: '正在计算哈希值：{mebibytes} MiB', en: 'hashing: {mebibytes} MiB' },
  severalRecords: {
    zh: '共有 {count} 条登记记录与该文件的哈希值相同，以下逐一说明；退出码取其中最差的一个',
    en: '{count} records have the digest of this file; each is reported, and the exit code is that of the worst',
  },
  rememberedTrust: {
    zh: '先前所记的在 {file}。向运营方核实之后，删去它或用 --trust 指定新的信任文件。',
    en: 'what was remembered is {file}. Once the operator has explained the change, delete it, or name the new trust file with --trust.',
  },
  forgottenTrust: {
    zh: '无法记住服务提供的信任文件（EVL_HOME 不可写）：下次仍将采用服务届时提供的',
    en: 'the trust file that the service offers cannot be remembered (EVL_HOME cannot be written): next time whatever it offers then is taken',
  },
  upgraded: { zh: '{file}：已补上锚定信息', en: '{file}: the anchor was added' },
  upgrading: { zh: '已处理 {done}/{total} 份回执', en: '{done} of {total} receipts' },
  adding: { zh: '已处理 {done}/{total} 个文件，{mebibytes} MiB', en: '{done} of {total} files, {mebibytes} MiB' },
  goOn: {
    zh: '{total} 个文件中已登记 {done} 个；再次运行同一命令即可继续，已有回执的不会重复登记',
    en: '{done} of {total} files are registered; the same command goes on where this run ended, and registers nothing twice',
  },
  addSummary: {
    zh: '已登记 {done} 条（其中原有回执 {kept} 条，已锚定 {anchored} 条），失败 {failed} 条',
    en: '{done} registered ({kept} had their receipt already, {anchored} are anchored), {failed} failed',
  },
  itemFailed: { zh: '{file}：{reason}', en: '{file}: {reason}' },
  escapedName: {
    zh: '文件名不是有效的 UTF-8，登记为 {name}（无效字节写作 %XX）',
    en: 'the name is not valid UTF-8 and is registered as {name} (invalid bytes written as %XX)',
  },
  collectionPart: { zh: '{where} 的值不合要求（{reason}）', en: '{where}: {reason}' },
  otherCase: { zh: '案号不同', en: 'another case number' },
  otherRecord: { zh: '它属于另一条记录 {id}', en: 'it is of another record, {id}' },
  stepFails: { zh: '{step}：{sentence}', en: '{step}: {sentence}' },
  skippedLink: { zh: '跳过符号链接 {file}', en: 'skipped the symbolic link {file}' },
  skippedSpecial: { zh: '跳过 {file}：不是普通文件', en: 'skipped {file}: not a regular file' },
  skippedLedger: {
    zh: '跳过 {file}：这是存证系统自己的数据目录',
    en: "skipped {file}: it is a ledger's own data folder",
  },
  waitingForService: {
    zh: '服务 {url} 暂时没有应答，正在重试……',
    en: 'the service at {url} does not answer; trying again …',
  },
  waitingForState: { zh: '等待“{state}”：已到 {reached}/{size}', en: 'waiting until {state}: {reached} of {size}' },
  chainUnreachable: {
    zh: '服务暂时连不上区块链（{code}），继续等待……',
    en: 'the service cannot reach the chain ({code}); waiting …',
  },
} as const;
