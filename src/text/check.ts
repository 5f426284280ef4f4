/** The texts of `evl check`. */
export const CHECK = {
  unchanged: { zh: '未变', en: 'unchanged' },
  modified: { zh: '已改', en: 'modified' },
  missing: { zh: '缺失', en: 'missing' },
  unreadable: { zh: '不可读', en: 'unreadable' },
  uncompared: { zh: '无法比对', en: 'not compared' },
  extra: { zh: '无回执', en: 'extra' },
  contradiction: {
    zh: '{file}：此前留下的相矛盾的回执，请查明原因',
    en: '{file}: a contradicting receipt that was kept earlier; find out why',
  },
  summary: {
    zh: '未变 {unchanged}，已改 {modified}，缺失 {missing}，不可读 {unreadable}，无法比对 {uncompared}，无回执 {extra}，跳过 {skipped}',
    en: '{unchanged} unchanged, {modified} modified, {missing} missing, {unreadable} unreadable, {uncompared} not compared, {extra} without a receipt, {skipped} skipped',
  },
  verdict: { zh: '{zh}（{en}）', en: '{en} ({zh})' },
  reason: { zh: '{sentence}（{code}）', en: '{sentence} [{code}]' },
  registeredAs: { zh: '登记的名称：{name}', en: 'registered as {name}' },
  byReceipt: { zh: '依据回执 {receipt}', en: 'by the receipt {receipt}' },
  byCertificate: { zh: '依据存证证书 {receipt}', en: 'by the certificate {receipt}' },
  extraFiles: {
    zh: '{count} 个文件没有回执，无从核验：既可能从未登记，也可能回执已被取走；不需核验时用 --ignore-extra',
    en: '{count} {count:file has|files have} no receipt and cannot be verified: never registered, or the receipt was taken away; --ignore-extra leaves such files out',
  },
  skippedPaths: {
    zh: '{count} 个路径被跳过（见上），其内容未经比对',
    en: '{count} {count:path was|paths were} skipped (see above) and not compared',
  },
  addFirst: {
    zh: '用 evl add 登记文件，回执会写在文件旁；回执在别处时用 --receipt-dir 指明',
    en: '"evl add" registers files and writes their receipts next to them; --receipt-dir names another folder of receipts',
  },
  nameReceipts: {
    zh: '回执在别处时用 --receipt-dir 指明',
    en: '--receipt-dir names another folder of receipts',
  },
  upgradeAll: {
    zh: '用 evl receipt upgrade 为尚待上链的回执补上锚定信息',
    en: '"evl receipt upgrade" adds the anchor to the receipts that still wait for it',
  },
} as const;

/** The texts of `sha256sum --check`; scripts parse the English ones. */
export const CHECKSUMS = {
  standardInput: { zh: '标准输入', en: 'standard input' },
  malformedLine: {
    zh: '{list}：第 {number} 行：校验行的格式不正确',
    en: '{list}: {number}: improperly formatted checksum line',
  },
  malformedOne: { zh: '警告：1 行格式不正确', en: 'WARNING: 1 line is improperly formatted' },
  malformedMany: { zh: '警告：{count} 行格式不正确', en: 'WARNING: {count} lines are improperly formatted' },
  unreadableOne: { zh: '警告：有 1 个所列文件无法读取', en: 'WARNING: 1 listed file could not be read' },
  unreadableMany: {
    zh: '警告：有 {count} 个所列文件无法读取',
    en: 'WARNING: {count} listed files could not be read',
  },
  mismatchOne: { zh: '警告：1 个校验和不符', en: 'WARNING: 1 computed checksum did NOT match' },
  mismatchMany: { zh: '警告：{count} 个校验和不符', en: 'WARNING: {count} computed checksums did NOT match' },
  noLines: {
    zh: '{list}：没有格式正确的校验行',
    en: '{list}: no properly formatted checksum lines found',
  },
  noneVerified: { zh: '{list}：没有核对任何文件', en: '{list}: no file was verified' },
} as const;
