import { Router } from 'express';
import type { ServerContext } from '../context.ts';

/** `/healthz`: the process answers. `/readyz`: it registers; a chain outage does not make it red, a log that must not sign and a full disk do. What the scrubber found is shown there too. */
export function healthRoutes({ log, isStopping, chainHealth, scrubHealth, disk }: ServerContext): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const hasRoom = await disk.hasRoom();
    const waiting = log.isAwaitingOutside ? 'outside-head-missing' : undefined;
    const reason = isStopping() ? 'stopping' : (log.halted?.code ?? waiting ?? (hasRoom ? undefined : 'storage-full'));
    const chain = chainHealth().isReachable ? 'reachable' : 'unreachable';
    response.status(reason === undefined ? 200 : 503);
    response.json({
      status: reason === undefined ? 'ready' : 'refusing',
      ...(reason !== undefined && { reason }),
      chain,
      scrub: scrubHealth(),
    });
  });
  return router;
}
