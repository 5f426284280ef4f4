import { newestBackup } from '../backup-series.ts';
import { type Finding, finding } from './finding.ts';

const HOUR_MS = 60 * 60 * 1000;
/** A nightly backup that was missed, and half a day. */
const OLD_HOURS = 36;

/** The newest backup in the folder of the setting `backupDir`; a folder of others has none. */
export async function checkBackups(dir: string, nowMs: number): Promise<Finding> {
  const newest = await newestBackup(dir).catch(() => undefined);
  if (newest === undefined) return finding('backup-none', 'warning', { dir });
  const hours = Math.max(0, Math.floor((nowMs - newest.timeMs) / HOUR_MS));
  const facts = { dir: newest.path, hours, size: newest.manifest.size };
  return hours > OLD_HOURS ? finding('backup-old', 'warning', facts) : finding('backup', 'ok', facts);
}
