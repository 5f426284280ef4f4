import type { Message } from './message.ts';

/** Why the operating system refused, by its error code. */
export const OS_ERRORS = {
  EACCES: { zh: '没有权限', en: 'permission denied' },
  EADDRINUSE: { zh: '地址已被占用', en: 'the address is in use' },
  EADDRNOTAVAIL: { zh: '本机没有这个地址', en: 'this machine does not have the address' },
  EBUSY: { zh: '正被占用', en: 'it is in use' },
  ECONNREFUSED: { zh: '连接被拒绝', en: 'connection refused' },
  ECONNRESET: { zh: '连接中断', en: 'connection reset' },
  EDQUOT: { zh: '超出磁盘配额', en: 'the disk quota is used up' },
  EEXIST: { zh: '已经存在', en: 'it exists already' },
  EFBIG: { zh: '文件过大', en: 'the file is too large' },
  EHOSTUNREACH: { zh: '主机不可达', en: 'host unreachable' },
  EINVAL: { zh: '参数无效', en: 'the argument is not valid' },
  EIO: { zh: '读写错误', en: 'input or output failed' },
  EISDIR: { zh: '这是目录', en: 'it is a folder' },
  ELOOP: { zh: '符号链接成环或过多', en: 'too many symbolic links' },
  EMFILE: { zh: '本程序打开的文件过多', en: 'this program has too many open files' },
  ENAMETOOLONG: { zh: '名称过长', en: 'the name is too long' },
  ENFILE: { zh: '系统打开的文件过多', en: 'the system has too many open files' },
  ENODEV: { zh: '没有这个设备', en: 'no such device' },
  ENETUNREACH: { zh: '网络不可达', en: 'network unreachable' },
  ENOENT: { zh: '没有这个文件或目录', en: 'no such file or folder' },
  ENOSPC: { zh: '存储空间不足', en: 'no space is left' },
  ENOTDIR: { zh: '路径中有一段不是目录', en: 'a part of the path is not a folder' },
  ENOTFOUND: { zh: '找不到主机名', en: 'host name not found' },
  ENXIO: { zh: '没有这个设备', en: 'no such device' },
  EPERM: { zh: '不允许这样操作', en: 'the operation is not permitted' },
  EROFS: { zh: '文件系统只读', en: 'the file system is read-only' },
  EPIPE: { zh: '连接已关闭', en: 'connection closed' },
  ETIMEDOUT: { zh: '连接超时', en: 'connection timed out' },
  ETXTBSY: { zh: '正在运行中', en: 'it is being run' },
  EXDEV: { zh: '跨越了文件系统', en: 'it is on another file system' },
} as const satisfies Readonly<Record<string, Message>>;

/** The reason with its code; the bare code where this table does not have it. */
export function osErrorMessage(code: string): Message {
  const table: Readonly<Record<string, Message>> = OS_ERRORS;
  const reason = Object.hasOwn(table, code) ? table[code] : undefined;
  return reason === undefined
    ? { zh: code, en: code }
    : { zh: `${reason.zh}（${code}）`, en: `${reason.en} (${code})` };
}

/** The reason of an error of the operating system; undefined for every other error. */
export function osErrorText(error: unknown): Message | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  return 'syscall' in error || Object.hasOwn(OS_ERRORS, code) ? osErrorMessage(code) : undefined;
}
