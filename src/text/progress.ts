/** How far work on files has come; the parts are joined by commas. */
export const PROGRESS = {
  files: { zh: '{done}/{total} 个文件', en: '{done} of {total} files' },
  of: { zh: '{done}（共 {total}）', en: '{done} of {total}' },
  rate: { zh: '每秒 {rate}', en: '{rate}/s' },
  secondsLeft: { zh: '约剩 {seconds} 秒', en: 'about {seconds} s left' },
  minutesLeft: { zh: '约剩 {minutes} 分钟', en: 'about {minutes} min left' },
  hoursLeft: { zh: '约剩 {hours} 小时 {minutes} 分钟', en: 'about {hours} h {minutes} min left' },
} as const;
