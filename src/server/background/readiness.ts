import type { ServerContext } from '../context.ts';
import { type Heartbeat, startHeartbeat } from '../../http/heartbeat.ts';

/** Why nothing is registered at the moment, as a code; undefined where it is. */
export async function unavailableReason(
  context: Pick<ServerContext, 'log' | 'disk' | 'isStopping'>,
): Promise<string | undefined> {
  const { log, isStopping } = context;
  if (isStopping()) return 'stopping';
  if (log.halted !== undefined) return log.halted.code;
  if (log.isAwaitingExternalCheck) return 'outside-head-missing';
  return transientUnavailability(context);
}

/** What passes without anybody restarting the service. */
export type TransientUnavailability = 'storage-full' | 'clock-behind';

async function transientUnavailability({
  log,
  disk,
}: Pick<ServerContext, 'log' | 'disk'>): Promise<TransientUnavailability | undefined> {
  if (log.isClockBehind) return 'clock-behind';
  return (await disk.hasRoom()) ? undefined : 'storage-full';
}

export interface ReadinessWatch {
  readonly log: ServerContext['log'];
  readonly disk: ServerContext['disk'];
  readonly onRefusing: (code: TransientUnavailability) => void;
  readonly onAccepting: () => void;
  readonly onError: (error: unknown) => void;
}

const LOOK_EVERY_MS = 1000;

/**
 * Tells once when registration pauses, and once when it goes on; the first look is done when it
 * resolves.
 */
export async function watchReadiness(watch: ReadinessWatch): Promise<Heartbeat> {
  let told: TransientUnavailability | undefined;
  let error: string | undefined;
  const look = async () => {
    try {
      const now = await transientUnavailability(watch);
      error = undefined;
      if (now === told) return LOOK_EVERY_MS;
      told = now;
      if (now === undefined) watch.onAccepting();
      else watch.onRefusing(now);
    } catch (cause) {
      if (error !== String(cause)) watch.onError(cause); // the same one each second says nothing new
      error = String(cause);
    }
    return LOOK_EVERY_MS;
  };
  await look();
  return startHeartbeat(look);
}
