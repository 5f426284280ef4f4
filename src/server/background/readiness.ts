import type { ServerContext } from '../context.ts';
import { type Heartbeat, startHeartbeat } from '../../http/heartbeat.ts';

/** The code of the reason why nothing is registered now; undefined while registration is open. */
export async function unavailableReason(
  context: Pick<ServerContext, 'log' | 'disk' | 'isStopping'>,
): Promise<string | undefined> {
  const { log, isStopping } = context;
  if (isStopping()) return 'stopping';
  if (log.halted !== undefined) return log.halted.code;
  if (log.obstacle !== undefined) return log.obstacle.code;
  return transientUnavailability(context);
}

/** A reason that passes without a restart of the service. */
export type TransientUnavailability = 'storage-full' | 'clock-behind' | 'clock-ahead';

async function transientUnavailability({
  log,
  disk,
}: Pick<ServerContext, 'log' | 'disk'>): Promise<TransientUnavailability | undefined> {
  if (log.isClockBehind) return 'clock-behind';
  if (log.isClockAhead) return 'clock-ahead';
  return (await disk.hasRoom()) ? undefined : 'storage-full';
}

export interface ReadinessWatch {
  readonly log: ServerContext['log'];
  readonly disk: ServerContext['disk'];
  readonly onRefusing: (code: TransientUnavailability) => void;
  readonly onAccepting: () => void;
  readonly onError: (error: unknown) => void;
}

const CHECK_EVERY_MS = 1000;

/**
 * Reports once when registration pauses, and once when it resumes. The first check is done when it
 * resolves.
 */
export async function watchReadiness(watch: ReadinessWatch): Promise<Heartbeat> {
  let reported: TransientUnavailability | undefined;
  let error: string | undefined;
  const check = async () => {
    try {
      const now = await transientUnavailability(watch);
      error = undefined;
      if (now === reported) return CHECK_EVERY_MS;
      reported = now;
      if (now === undefined) watch.onAccepting();
      else watch.onRefusing(now);
    } catch (cause) {
      if (error !== String(cause)) watch.onError(cause); // not the same error every second
      error = String(cause);
    }
    return CHECK_EVERY_MS;
  };
  await check();
  return startHeartbeat(check);
}
