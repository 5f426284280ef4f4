import express, { type Express } from 'express';
import { reportAccess } from '../http/access-log.ts';
import { FairQueue } from '../http/fair-queue.ts';
import { requireLocalHost, requireOneReading, takeAbsoluteTarget } from '../http/local-host.ts';
import { methodGuard, refuseOptions } from '../http/method-guard.ts';
import { requireOwnOrigin } from '../http/own-origin.ts';
import { problemHandler } from '../http/problem.ts';
import { limitRates } from '../http/rate-limits.ts';
import { expressPath, RouteTable } from '../http/route-table.ts';
import { Slots } from '../http/slots.ts';
import { safeHeaders } from '../http/safe-headers.ts';
import { watchBody } from '../http/slow-body.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { AnchorTransactions } from './anchor-transactions.ts';
import type { ServerContext } from './context.ts';
import { createMetrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import type { ServerParts } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { redirectSlash } from './redirect-slash.ts';
import { VERSION } from './version.ts';

const MAX_LONG_LISTINGS = 16;

/** All operations of the service as an Express application. */
export function createApp(context: ServerContext): Express {
  const app = express();
  const metrics = createMetrics(context);
  const table = new RouteTable(OPERATIONS);
  let document: ReturnType<ServerParts['document']> | undefined;
  const fairQueue = new FairQueue();
  const parts: ServerParts = {
    ...context,
    metrics,
    fairQueue,
    longListings: new Slots(MAX_LONG_LISTINGS),
    anchorTransactions: new AnchorTransactions(context.log.store, fairQueue),
    batches: new Set(),
    document: () => (document ??= openApiDocument(VERSION, OPERATIONS)),
  };
  app.disable('x-powered-by');
  app.set('etag', 'strong');
  app.set('query parser', 'simple');
  app.enable('strict routing').enable('case sensitive routing');
  app.use(takeAbsoluteTarget);
  app.use(reportAccess([metrics.observe, context.onRequest], table), ...safeHeaders);
  app.use(requireOneReading, requireLocalHost, requireOwnOrigin, refuseOptions(table));
  app.use(limitRates(context.requestsPerSecond, table), watchBody(context.bodyWindowMs));
  for (const { method, path, handler } of OPERATIONS) {
    app[method](expressPath(path), context.handlers.counted(handler(parts)));
  }
  app.use(methodGuard(table), redirectSlash(table));
  app.use(() => {
    throw new LedgerError('not-found');
  });
  app.use(problemHandler(context.onInternalError));
  return app;
}
