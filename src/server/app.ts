import express, { type Express } from 'express';
import { DETAILS } from '../text/problem-details.ts';
import { type MethodsAt, methodGuard, refuseOptions } from '../http/method-guard.ts';
import { createMetrics } from './metrics.ts';
import { routeOf } from './api/route-of.ts';
import { watchBody } from '../http/slow-body.ts';
import type { ServerContext } from './context.ts';
import { Problem, problemHandler, sendProblem } from '../http/problem.ts';
import { requireOwnOrigin } from '../http/own-origin.ts';
import { requireLocalHost, requireOneReading } from '../http/local-host.ts';
import { LEDGER_RATES, limitRates } from '../http/rate-limits.ts';
import { safeHeaders } from '../http/safe-headers.ts';
import { reportAccess } from '../http/access-log.ts';
import { anchorRoutes } from './routes/anchors.ts';
import { contentsRoutes } from './routes/contents.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { downloadRoutes } from './routes/download.ts';
import { healthRoutes } from './routes/health.ts';
import { logRoutes } from './routes/log.ts';
import { lookupRoutes } from './routes/lookups.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { registrationRoutes } from './routes/registration.ts';
import { verifyRoutes } from './routes/verify.ts';
import { FairQueue } from '../http/fair-queue.ts';

const methodsAt: MethodsAt = (path) => routeOf(path)?.operations.map(({ method }) => method);

/** All routes of the service. */
export function createApp(context: ServerContext): Express {
  const app = express();
  const fairQueue = new FairQueue();
  const metrics = createMetrics(context);
  app.disable('x-powered-by');
  app.set('etag', 'strong');
  app.set('query parser', 'simple');
  app.use(
    reportAccess([metrics.observe, context.onRequest], (path) => routeOf(path)?.path),
    ...safeHeaders,
  );
  app.use(requireOneReading, requireLocalHost, requireOwnOrigin, refuseOptions(methodsAt));
  app.use(limitRates(context.requestsPerSecond, LEDGER_RATES), watchBody(context.bodyWindowMs));
  app.use(
    '/v1',
    contentsRoutes(context),
    registrationRoutes(context, fairQueue),
    lookupRoutes(context, fairQueue),
    downloadRoutes(context),
  );
  app.use('/v1', anchorRoutes(context), verifyRoutes(context, fairQueue));
  app.use(logRoutes(context), healthRoutes(context), metricsRoutes(metrics), documentationRoutes());
  app.use(methodGuard(methodsAt));
  app.use((request, response) => {
    sendProblem(new Problem('not-found', DETAILS.noResource), request, response);
  });
  app.use(problemHandler(context.onInternalError));
  return app;
}
