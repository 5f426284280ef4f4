/** What the commands for registering and verifying say while they work. */
export const MESSAGES = {
  hashing: { zh: '正在计算哈希值：{mebibytes} MiB', en: 'hashing: {mebibytes} MiB' },
  severalRecords: {
    zh: '共有 {count} 条登记记录与该文件的哈希值相同，以下逐一说明；退出码取其中最差的一个',
    en: '{count} records have the digest of this file; each is reported, and the exit code is that of the worst',
  },
  rememberedTrust: {
    zh: '先前记住的信任文件在 {file}。向运营方核实之后，删去它或用 --trust 指定新的信任文件。',
    en: 'the remembered trust file is {file}. Once the operator has explained the change, delete it, or name the new trust file with --trust.',
  },
  upgraded: { zh: '{file}：已补上锚定信息', en: '{file}: the anchor was added' },
} as const;
