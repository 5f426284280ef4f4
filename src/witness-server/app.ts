import express, { type Express, type Response } from 'express';
import { MAX_ADD_CHECKPOINT_BYTES } from '../protocol/note/add-checkpoint.ts';
import { DETAILS } from '../text/problem-details.ts';
import type { Answer } from '../witness/answer.ts';
import type { Witness } from '../witness/witness.ts';
import { requireUncompressed, readBody } from '../http/body.ts';
import { watchBody } from '../http/slow-body.ts';
import { type AccessLogEntry, reportAccess } from '../http/access-log.ts';
import { requireOneReading } from '../http/local-host.ts';
import { methodGuard, type MethodsAt, refuseOptions } from '../http/method-guard.ts';
import { requireOwnOrigin } from '../http/own-origin.ts';
import { Problem, problemHandler, sendProblem } from '../http/problem.ts';
import { limitRates, type Rates } from '../http/rate-limits.ts';
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

const ROUTES = [
  { template: '/add-checkpoint', pattern: /^\/add-checkpoint$/, methods: ['post'] },
  { template: '/{originHash}/checkpoint', pattern: /^\/[0-9a-f]{64}\/checkpoint$/, methods: ['get'] },
  { template: '/healthz', pattern: /^\/healthz$/, methods: ['get'] },
  { template: '/metrics', pattern: /^\/metrics$/, methods: ['get'] },
] as const;
const routeAt = (path: string) => ROUTES.find(({ pattern }) => pattern.test(path));
const methodsAt: MethodsAt = (path) => routeAt(path)?.methods;

/**
 * Cosigning costs several verifications and a synced write; a log sends at most one checkpoint a
 * second.
 */
const RATES: Rates = [
  { method: 'POST', path: /^\/add-checkpoint$/, share: 1 / 100 },
  { method: 'GET', path: /\/checkpoint$/, share: 1 / 100 },
  { method: 'GET', path: /^\/metrics$/, share: 1 / 1000 },
];

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
  app.use(
    reportAccess([context.onRequest], (path) => routeAt(path)?.template),
    ...safeHeaders,
  );
  app.use(requireOneReading, requireOwnOrigin, refuseOptions(methodsAt));
  app.use(limitRates(context.requestsPerSecond, RATES), watchBody(context.bodyWindowMs));

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

  app.use(methodGuard(methodsAt));
  app.use((request, response) => {
    sendProblem(new Problem('not-found', DETAILS.noResource), request, response);
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
