import { statfs } from 'node:fs/promises';
import { BALLAST_BYTES, reserveOf } from '../../log/disk-reserve.ts';
import { type Finding, finding } from './finding.ts';

const MIB = 1024 * 1024;
/**
 * `f_type` of statfs(2) of file systems whose locks and syncs depend on another machine or program.
 */
const REMOTE_TYPES: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x01021997: '9p',
  0x517b: 'SMB',
  0xfe534d42: 'SMB2',
  0xff534d42: 'CIFS',
  0x65735546: 'FUSE',
};

export async function checkDisk(dir: string, diskReserveBytes: number | undefined): Promise<Finding[]> {
  const { bavail, blocks, bsize, type } = await statfs(dir);
  const freeBytes = bavail * bsize;
  // With less than the ballast free, a start releases it, and nothing is registered before it is
  // written again.
  const reserveBytes = Math.max(reserveOf(blocks * bsize, diskReserveBytes), BALLAST_BYTES);
  const sizes = { free: Math.floor(freeBytes / MIB), reserve: Math.ceil(reserveBytes / MIB) };
  return [
    freeBytes < reserveBytes ? finding('storage-full', 'problem', sizes) : finding('disk-space', 'ok', sizes),
    judgeFileSystem(type, process.platform),
  ];
}

/** Judges `f_type` of statfs(2), which has these values on Linux only. */
export function judgeFileSystem(type: number, platform: NodeJS.Platform): Finding {
  const name = platform === 'linux' ? REMOTE_TYPES[type] : undefined;
  return name === undefined
    ? finding('file-system', 'ok', { type: `0x${type.toString(16)}` })
    : finding('file-system-remote', 'warning', { type: name });
}

export function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
