import { Readiness } from '../answers.ts';
import { unavailableReason } from '../background/readiness.ts';
import { EXAMPLES } from '../examples.ts';
import { define, jsonAnswer } from '../operation.ts';

/**
 * A chain outage does not make the service unready; a log that must not sign, a full disk and a
 * clock that is behind do. The findings of the scrubber and the state of each witness are shown as
 * well.
 */
export default define(
  {
    method: 'get',
    path: '/readyz',
    id: 'ready',
    tag: 'service',
    act: 'public',
    summary: 'Whether the service registers, or why not',
    answers: {
      200: jsonAnswer('ready', Readiness, EXAMPLES.ready),
      503: jsonAnswer('refusing; `reason` is a code', Readiness, {
        ...EXAMPLES.ready,
        status: 'refusing',
        reason: 'storage-full',
      }),
    },
  },
  (parts) => async (_request, response) => {
    const reason = await unavailableReason(parts);
    response.status(reason === undefined ? 200 : 503).json({
      status: reason === undefined ? 'ready' : 'refusing',
      ...(reason !== undefined && { reason }),
      chain: parts.chainHealth().isReachable ? 'reachable' : 'unreachable',
      scrub: parts.scrubHealth(),
      witnesses: Object.fromEntries(parts.log.witnesses.map(({ name, state }) => [name, state])),
    });
  },
);
