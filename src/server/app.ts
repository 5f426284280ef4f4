import type { IncomingMessage } from 'node:http';
import express, { type Express } from 'express';
import { reportAccess } from '../http/access-log.ts';
import { identifyClient, requireStatedClient } from '../http/client.ts';
import { showsHostToken } from './access/host-token.ts';
import { FairQueue } from '../http/fair-queue.ts';
import { admitMachines, requireKnownHost, requireOneReading, takeAbsoluteTarget } from '../http/local-host.ts';
import { methodGuard, refuseOptions } from '../http/method-guard.ts';
import { requireOwnOrigin } from '../http/own-origin.ts';
import { problemHandler } from '../http/problem.ts';
import { limitRates } from '../http/rate-limits.ts';
import { expressPath, RouteTable } from '../http/route-table.ts';
import { Slots } from '../http/slots.ts';
import { safeHeaders } from '../http/safe-headers.ts';
import { watchBody } from '../http/slow-body.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { PeopleError } from '../text/people-error.ts';
import { authorize } from './access/authorize.ts';
import { logAccess } from './access/log-access.ts';
import { principalKeys } from './access/principal-key.ts';
import { Passwords } from './access/password.ts';
import { LoginRequests } from './access/login-requests.ts';
import { PendingSignIns } from './access/pending-sign-ins.ts';
import { Providers } from './access/providers.ts';
import { PasswordSignIn } from './access/sign-in.ts';
import { AnchorTransactions } from './anchor-transactions.ts';
import type { ServerContext } from './context.ts';
import { createMetrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import type { ServerParts } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { PublishedRecords } from './published-records.ts';
import { redirectSlash } from './redirect-slash.ts';
import { VERSION } from './version.ts';

const MAX_LONG_LISTINGS = 16;
const MAX_WAITING_SIGN_INS = 32;
/** Of those, the ones for devices that somebody has signed in from before. */
const KEPT_FOR_KNOWN_DEVICES = 12;
/** What supervisors of the process and `evl doctor` ask, which show nobody anything. */
const FOR_PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/v1/sign-in-ways']);

/** All operations of the service as an Express application. */
export function createApp(context: ServerContext): Express {
  const { proxies, publicHosts, isInsecureAllowed, requestsPerSecond, people } = context;
  const app = express();
  const metrics = createMetrics(context);
  const table = new RouteTable(OPERATIONS);
  let document: ReturnType<ServerParts['document']> | undefined;
  const fairQueue = new FairQueue();
  const passwords = new Passwords(
    context.random,
    new Slots({
      atOnce: 2,
      waiting: MAX_WAITING_SIGN_INS,
      kept: KEPT_FOR_KNOWN_DEVICES,
      refusal: () => new PeopleError('sign-in-busy'),
    }),
  );
  const parts: ServerParts = {
    ...context,
    metrics,
    passwords,
    signIn: new PasswordSignIn(context.people.directory, passwords, () => performance.now()),
    publishedRecords: new PublishedRecords(context),
    providers: new Providers(context.signInProviders ?? [], context.clock),
    providerSteps: new PendingSignIns(context.random, context.clock),
    loginRequests: new LoginRequests(context),
    passkeySteps: new PendingSignIns(context.random, context.clock),
    fairQueue,
    longListings: new Slots({
      atOnce: MAX_LONG_LISTINGS,
      waiting: 0,
      refusal: () => new LedgerError('too-many-listings'),
    }),
    anchorTransactions: new AnchorTransactions(context.log.store, fairQueue),
    batches: new Set(),
    document: () => (document ??= openApiDocument(VERSION, OPERATIONS)),
  };
  app.disable('x-powered-by');
  app.set('etag', 'strong');
  app.set('query parser', 'simple');
  app.enable('strict routing').enable('case sensitive routing');
  app.use(takeAbsoluteTarget);
  app.use(reportAccess([metrics.observe, context.onRequest], table));
  const isOfThisMachine = (request: IncomingMessage) =>
    FOR_PROBES.has(request.url!) || showsHostToken(request, context.hostToken);
  app.use(identifyClient(proxies, isOfThisMachine), ...safeHeaders, requireStatedClient);
  app.use(requireOneReading, requireKnownHost(publicHosts));
  app.use(admitMachines({ hasPeople: () => people.directory.hasPeople(), isInsecureAllowed }));
  app.use(requireOwnOrigin, refuseOptions(table), limitRates(requestsPerSecond, table, principalKeys(parts)));
  app.use(watchBody(context.bodyWindowMs));
  for (const operation of OPERATIONS) {
    const { method, path, handler } = operation;
    app[method](
      expressPath(path),
      authorize(operation, parts),
      logAccess(operation, parts),
      context.handlers.counted(handler(parts)),
    );
  }
  app.use(methodGuard(table), redirectSlash(table));
  app.use(() => {
    throw new LedgerError('not-found');
  });
  app.use(problemHandler(context.onInternalError));
  return app;
}
