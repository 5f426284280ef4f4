import { readFileSync } from 'node:fs';

/** Of Linux on all architectures that Node runs on. */
const TICKS_A_SECOND = 100;

/**
 * Seconds of CPU that all threads of a process have used: what others do on the machine changes
 * little about it. Undefined where there is no /proc.
 */
export function cpuSeconds(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // proc(5): the name in parentheses may hold spaces; utime and stime are fields 14 and 15
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
