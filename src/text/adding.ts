/** What the commands that register, check and hash files report on their way. */
export const ADDING = {
  notErased: {
    zh: '登记之后目前尚不能删除：个人信息应放在内容中，或放在可以不出示的部分中',
    en: 'erasure is not offered yet: personal data belongs in contents, or in sections that can be withheld',
  },
  caseRead: { zh: '案号：{reason}', en: 'case number: {reason}' },
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
  escapedName: {
    zh: '文件名不是有效的 UTF-8，或含有不可见字符，登记为 {name}（这些字节写作 %XX）',
    en: 'the name is not valid UTF-8, or has characters that are not seen, and is registered as {name} (such bytes written as %XX)',
  },
  skipped: { zh: '未登记 {file}：{reason}', en: 'left out {file}: {reason}' },
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
  upgrading: { zh: '已处理 {done}/{total} 份回执', en: '{done} of {total} receipts' },
  itemFailed: { zh: '{file}：{reason}', en: '{file}: {reason}' },
  passedOver: { zh: '跳过 {file}：{reason}', en: 'skipped {file}: {reason}' },
} as const;
