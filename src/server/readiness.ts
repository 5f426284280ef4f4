import type { ServerContext } from './context.ts';

/** Why registrations are refused now; undefined where they are taken. A chain outage is no reason, a log that must not sign and a full disk are. */
export async function refusal({ log, isStopping, disk }: ServerContext): Promise<string | undefined> {
  if (isStopping()) return 'stopping';
  if (log.halted !== undefined) return log.halted.code;
  if (log.isAwaitingOutside) return 'outside-head-missing';
  return (await disk.hasRoom()) ? undefined : 'storage-full';
}
