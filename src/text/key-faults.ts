/** What is wrong with a key file: parameters of src/text/errors.ts and of findings. */
export const KEY_FAULTS = {
  tooLarge: { zh: '有 {bytes} 字节', en: 'has {bytes} bytes' },
  notHex32: { zh: '不是 0x 开头的 32 字节十六进制', en: 'is not 32 bytes of 0x-hex' },
  notSecp256k1: { zh: '不是 secp256k1 私钥', en: 'is not a private key of secp256k1' },
  notNoteKey: { zh: '不是 "PRIVATE+KEY+name+hash+base64"', en: 'is not "PRIVATE+KEY+name+hash+base64"' },
  otherType: { zh: '不是 {type} 类型的 Ed25519 密钥', en: 'is not an Ed25519 key of type {type}' },
  otherKeyId: { zh: '密钥编号与密钥不符', en: 'has a key id that does not belong to its key' },
  notCurrent: {
    zh: '是公钥 {vkey} 的密钥，不是存证日志 {origin} 当前的密钥',
    en: 'is the key {vkey}, which is not the current key of {origin}',
  },
  notOperator: {
    zh: '是账户 {account} 的密钥，该账户既未开设也未接管本存证日志',
    en: 'is the key of {account}, an account that neither opened this log nor took it over',
  },
  inFile: { zh: '密钥文件 {file} {fault}', en: 'key file {file} {fault}' },
} as const;
