/** What is wrong with a key file. Values of `fault` in src/text/errors.ts. */
export const KEY_FAULTS = {
  tooLarge: { zh: '有 {bytes} 字节', en: 'has {bytes} bytes' },
  notHex32: { zh: '不是 0x 开头的 32 字节十六进制', en: 'is not 32 bytes of 0x-hex' },
  notSecp256k1: { zh: '不是 secp256k1 私钥', en: 'is not a private key of secp256k1' },
  notNoteKey: { zh: '不是 "PRIVATE+KEY+name+hash+base64"', en: 'is not "PRIVATE+KEY+name+hash+base64"' },
  otherType: { zh: '不是 {type} 类型的 Ed25519 密钥', en: 'is not an Ed25519 key of type {type}' },
  otherKeyId: { zh: '密钥编号与密钥不符', en: 'has a key id that does not belong to its key' },
} as const;
