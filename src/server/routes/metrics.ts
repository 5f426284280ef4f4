import { Router } from 'express';
import type { Metrics } from '../metrics.ts';

/** `/metrics`: for Prometheus. */
export function metricsRoutes(metrics: Metrics): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
  return router;
}
