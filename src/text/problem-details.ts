import type { Message } from './message.ts';

/** Parts of the sentences of src/text/request-errors.ts, and what is wrong with one member. */
export const DETAILS = {
  nothingGiven: { zh: '（未给出）', en: 'absent' },
  member: { zh: '{member}：{reason}', en: '{member}: {reason}' },
  wholeBody: { zh: '请求内容', en: 'the body' },
  uploadDiffers: { zh: '是 {found}，所上传内容为 {expected}', en: 'is {found}, the uploaded content has {expected}' },
  diskReserve: { zh: '已到预留下限', en: 'the free space is down to its reserve' },
} as const satisfies Readonly<Record<string, Message>>;
