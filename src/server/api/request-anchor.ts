import { AnchorRequested } from '../answers.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';

export default define(
  {
    method: 'post',
    path: '/v1/anchors',
    id: 'requestAnchor',
    tag: 'log',
    summary: 'Request an anchor now; at most one a second is made',
    rate: RATES.anchor,
    answers: { 202: jsonAnswer('requested', AnchorRequested, { state: 'requested', size: '1' }) },
  },
  ({ log }) =>
    (_request, response) => {
      log.requestAnchor();
      response.status(202).json({ state: 'requested', size: log.store.head().size.toString() });
    },
);
