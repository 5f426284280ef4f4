/** How a file changed while it was read. Values of `what` in src/text/errors.ts. */
export const FILE_CHANGES = {
  size: { zh: '大小由 {before} 字节变为 {after} 字节', en: 'its size went from {before} to {after} bytes' },
  modified: { zh: '修改时间变了', en: 'its time of modification is another one' },
  replaced: { zh: '原处换成了另一个文件', en: 'another file took its place' },
  attributes: { zh: '文件属性变了', en: 'its attributes were changed' },
  bytes: { zh: '两次读取的内容不同', en: 'two readings gave different bytes' },
  gone: { zh: '文件已不在原处', en: 'it is not there any more' },
} as const;
