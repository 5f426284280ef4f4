/** The page `/verify` where it asks its service: look-ups, links and QR codes, and what fails. */
export const VERIFY_SERVICE = {
  lookUpLabel: { zh: '输入存证编号、哈希值或交易哈希', en: 'Enter a record number, a digest or a transaction hash' },
  lookUp: { zh: '查询', en: 'Look up' },
  mistyped: {
    zh: '存证编号有误：校验位不符，请逐字核对。',
    en: 'This record number is mistyped: its check character does not fit. Compare every character.',
  },
  numberShort: {
    zh: '存证编号共 21 位，还差 {count} 位',
    en: 'a record number has 21 characters, {count} more to come',
  },
  digestShort: { zh: '哈希值共 64 位，还差 {count} 位', en: 'a digest has 64 digits, {count} more to come' },
  digestLong: {
    zh: '哈希值应为 64 位十六进制，多出 {count} 位，请核对。',
    en: 'A digest has 64 hexadecimal digits: these are {count} too many. Compare them.',
  },
  isNumber: { zh: '存证编号，校验位相符', en: 'a record number; its check character fits' },
  isDigest: {
    zh: '64 位十六进制哈希值：先按 SHA-256、再按 SM3 查询',
    en: 'a digest: looked up as SHA-256, then as SM3',
  },
  isTransaction: {
    zh: '交易哈希：列出该次锚定的登记记录',
    en: 'a transaction hash: lists the records that it anchored',
  },
  isLink: { zh: '核验链接，编号的校验位相符', en: 'a link to a record; the check character of its number fits' },
  isNothing: {
    zh: '不是存证编号、哈希值、交易哈希或核验链接，请核对后重新输入。',
    en: 'This is neither a record number nor a digest, a transaction hash or a link to a record. Compare it with your document.',
  },
  chooseQr: { zh: '二维码图片', en: 'QR picture' },
  noQr: {
    zh: '这张图片中没有读到存证编号或核验链接的二维码。请换一张更清晰、更正的图片，或者直接输入编号。',
    en: 'No QR code of a record was found in this picture. Take a sharper and straighter one, or type the number.',
  },
  readFromPicture: {
    zh: '已从图片“{name}”读出二维码，并据此查询。',
    en: 'The QR code in “{name}” was read and looked up.',
  },
  pictureAsEvidence: { zh: '把这张图片本身作为证据文件核验', en: 'Verify the picture itself as a file' },
  takenAsCertificate: {
    zh: '“{name}”附有回执，已作为存证证书核验其回执。',
    en: '“{name}” has a receipt in it: it was taken for a certificate, and that receipt was judged.',
  },
  pdfAsEvidence: { zh: '把这份 PDF 本身作为证据文件核验', en: 'Verify the PDF itself as a file' },
  certificate: { zh: '存证证书（PDF）', en: 'Certificate (PDF)' },
  otherHost: {
    zh: '注意：这个链接（二维码）指向 {host}，不是本页所在的 {here}。本页只向 {here} 查询；请确认 {host} 是否为登记单位公布的网址。',
    en: 'Note: this link or QR code leads to {host} and not to {here}, where this page is. Only {here} was asked; make sure that {host} is an address which the operator has published.',
  },
  linkDigestEqual: {
    zh: '链接所附的哈希值前 16 位与登记的 SHA-256 一致。',
    en: 'The digits of the digest in the link are those of the registered SHA-256.',
  },
  linkDigestDiffers: {
    zh: '链接所附的哈希值前 16 位（{stated}）与登记的 SHA-256（{registered}…）不同：这个链接或二维码不是这份登记记录的，或者被改动过。',
    en: 'The digits of the digest in the link ({stated}) are not those of the registered SHA-256 ({registered}…): the link or QR code is not of this record, or was altered.',
  },
  otherLog: {
    zh: '本服务不是这份核验基准文件所指的存证日志。文件所指的是 {given}，本服务是 {served}；结果只依据这份文件，按编号、哈希值在本页查到的只是 {served} 的登记记录。',
    en: 'This service is not the ledger of this trust file. The file names {given}, and this service is {served}; the result rests on the file alone, and what is looked up on this page is of {served}.',
  },
  otherKeys: {
    zh: '本服务不是这份核验基准文件所指的存证日志。两者都名为 {given}，公钥或链上标识却完全不同；结果只依据这份文件，请向登记单位核实哪一个是真的。',
    en: 'This service is not the ledger of this trust file. Both are called {given} and have no key, or no log id of the contract, in common; the result rests on the file alone. Ask the registering office which one is its ledger.',
  },
  qr: { zh: '扫码核验', en: 'Scan to verify' },
  retry: { zh: '重试', en: 'Try again' },
  askAgain: { zh: '立即更新', en: 'Look again now' },
  serviceGone: {
    zh: '连接不到本服务。仍可核验：把证据文件、它的回执和您自己保存的核验基准文件一起拖入；按编号、哈希值查询须待连接恢复后重试。',
    en: 'This service cannot be reached. You can still verify: drop the file, its receipt and a trust file of your own together; look-ups have to wait until it answers again.',
  },
  serviceBusy: {
    zh: '查询过于频繁，本服务暂不受理。请稍候一分钟再重试（请求编号 {requestId}）。',
    en: 'The service was asked too often for the moment. Wait a minute and try again (request {requestId}).',
  },
  serviceFails: {
    zh: '本服务未能答复（状态 {status}）。请稍后重试；仍不行时，把请求编号 {requestId} 告知运营方。',
    en: 'The service could not answer (status {status}). Try again later; if that does not help, give the operator the number of the request: {requestId}.',
  },
  partMissing: {
    zh: '本页的程序未能全部载入：连接已中断，或者服务已更新。请重新载入本页后再核验。',
    en: 'The program of this page could not be loaded as a whole: the connection is lost, or the service was updated. Load the page again, then verify again.',
  },
  reload: { zh: '重新载入', en: 'Load again' },
  copyLink: { zh: '复制链接', en: 'Copy link' },
  copied: { zh: '已复制', en: 'copied' },
  home: { zh: '首页', en: 'Home' },
  handbook: { zh: '使用手册', en: 'Handbook' },
  severalRecords: {
    zh: '这个文件有 {count} 份登记记录，逐份核验如下。',
    en: 'This file has {count} records; each was verified.',
  },
  needReceipt: {
    zh: '没有给出回执，已按这个文件的哈希值向本服务查询。如有回执，请一并拖入。',
    en: 'Without a receipt, this service was asked for the digest of this file. If you have its receipt, drop it, too.',
  },
} as const;
