import { Router } from 'express';
import type { ServerContext } from '../context.ts';

/** `/healthz`: the process answers. `/readyz`: it registers; a chain outage does not make it red, a log that must not sign does. */
export function healthRoutes({ log, isStopping, chainHealth }: ServerContext): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', (_request, response) => {
    const waiting = log.isAwaitingOutside ? 'outside-head-missing' : undefined;
    const reason = isStopping() ? 'stopping' : (log.halted?.code ?? waiting);
    const chain = chainHealth().isReachable ? 'reachable' : 'unreachable';
    response.status(reason === undefined ? 200 : 503);
    response.json({
      status: reason === undefined ? 'ready' : 'refusing',
      ...(reason !== undefined && { reason }),
      chain,
    });
  });
  return router;
}
