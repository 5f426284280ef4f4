import { Router } from 'express';
import type { ServerContext } from '../context.ts';
import { unavailableReason } from '../background/readiness.ts';

/**
 * `/healthz`: the process answers. `/readyz`: it registers; a chain outage does not make it red, a
 * log that must not sign, a full disk and a clock that is behind do. What the scrubber found, and
 * how the witnesses stand to the log, is shown there too.
 */
export function healthRoutes(context: ServerContext): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const reason = await unavailableReason(context);
    response.status(reason === undefined ? 200 : 503).json({
      status: reason === undefined ? 'ready' : 'refusing',
      ...(reason !== undefined && { reason }),
      chain: context.chainHealth().isReachable ? 'reachable' : 'unreachable',
      scrub: context.scrubHealth(),
      witnesses: Object.fromEntries(context.log.witnesses.map(({ name, state }) => [name, state])),
    });
  });
  return router;
}
