import express, { type Express, type Response } from 'express';
import { MAX_ADD_CHECKPOINT_BYTES } from '../protocol/note/add-checkpoint.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { Answer } from '../witness/answer.ts';
import type { Witness } from '../witness/witness.ts';
import { requireUncompressed, readBody } from '../http/body.ts';
import { watchBody } from '../http/slow-body.ts';
import { type AccessLogEntry, reportAccess } from '../http/access-log.ts';
import { requireOneReading } from '../http/local-host.ts';
import { methodGuard, refuseOptions } from '../http/method-guard.ts';
import { requireOwnOrigin } from '../http/own-origin.ts';
import { problemHandler } from '../http/problem.ts';
import { answerProblemPage } from '../http/explained-problem.ts';
import { limitRates } from '../http/rate-limits.ts';
import { type RateClass, RouteTable } from '../http/route-table.ts';
import { safeHeaders } from '../http/safe-headers.ts';
import type { WitnessMetrics } from './metrics.ts';

export interface WitnessContext {
  readonly witness: Pick<Witness, 'addCheckpoint' | 'latest'>;
  readonly metrics: WitnessMetrics;
  /** Requests of one address in a second before it gets `too-many-requests`; 0: no limit. */
  readonly requestsPerSecond: number;
  /** Time window in which a body must make progress. */
  readonly bodyWindowMs: number;
  readonly onRequest: (request: AccessLogEntry) => void;
  readonly onInternalError: (error: unknown) => void;
}

/**
 * Cosigning costs several verifications and a synced write; a log sends at most one checkpoint a
 * second.
 */
const ADDITIONS: RateClass = { share: 1 / 100 };
const READS: RateClass = { share: 1 / 100 };
const METRICS: RateClass = { share: 1 / 1000 };

const TABLE = new RouteTable([
  { method: 'post', path: '/add-checkpoint', rate: ADDITIONS },
  { method: 'get', path: '/{originHash}/checkpoint', rate: READS },
  { method: 'get', path: '/problems/{code}' },
  { method: 'get', path: '/healthz' },
  { method: 'get', path: '/metrics', rate: METRICS },
]);

/**
 * The HTTP interface of a witness, by C2SP tlog-witness: answers of its rules are sent as they are,
 * earlier refusals as problems like the service's.
 */
export function createWitnessApp(context: WitnessContext): Express {
  const { witness, metrics } = context;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', 'strong');
  app.set('query parser', 'simple');
  app.enable('strict routing').enable('case sensitive routing');
  app.use(reportAccess([context.onRequest], TABLE), ...safeHeaders);
  app.use(requireOneReading, requireOwnOrigin, refuseOptions(TABLE));
  app.use(limitRates(context.requestsPerSecond, TABLE), watchBody(context.bodyWindowMs));

  app.post('/add-checkpoint', async (request, response) => {
    requireUncompressed(request); // any media type: other clients send different ones, or none
    const answer = await witness.addCheckpoint(await readBody(request, MAX_ADD_CHECKPOINT_BYTES));
    metrics.answered(answer);
    send(answer, response);
  });
  app.get('/:originHash/checkpoint', async ({ params }, response) => {
    response.setHeader('Cache-Control', 'no-cache');
    send(await witness.latest(params.originHash), response);
  });
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });

  app.get('/problems/:code', answerProblemPage);

  app.use(methodGuard(TABLE));
  app.use(() => {
    throw new LedgerError('not-found');
  });
  app.use(problemHandler(context.onInternalError));
  return app;
}

/**
 * Sends bytes: Express would add a charset to a string's type, and `text/x.tlog.size` must be
 * exact.
 */
function send({ status, contentType, body }: Answer, response: Response): void {
  if (status === 503) response.setHeader('Retry-After', '1');
  response.setHeader('Content-Type', contentType);
  response.status(status).send(Buffer.from(body));
}
