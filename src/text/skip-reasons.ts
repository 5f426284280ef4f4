import type { Message } from './message.ts';

/** Why a path that was found is not registered, or not checked. */
export const SKIP_REASONS = {
  symlink: { zh: '符号链接', en: 'a symbolic link' },
  special: { zh: '不是普通文件', en: 'not a regular file' },
  receipt: { zh: '存证回执', en: 'a receipt' },
  'no-receipt': { zh: '名称如同回执，内容不是回执', en: 'named as a receipt, and none' },
  unfinished: { zh: '中断的运行留下的未写完的回执', en: 'an unfinished receipt of an interrupted run' },
  ledger: { zh: '存证系统自己的数据目录', en: 'the data folder of a ledger' },
  excluded: {
    zh: '按 --exclude 或作为系统文件排除；单独指明该文件即可登记',
    en: 'excluded by --exclude or as a file of the system; name it by itself to register it',
  },
} as const satisfies Readonly<Record<string, Message>>;
