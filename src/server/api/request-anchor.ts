import { LedgerError } from '../../text/ledger-error.ts';
import { AnchorRequested } from '../answers.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';

export default define(
  {
    method: 'post',
    path: '/v1/anchors',
    id: 'requestAnchor',
    tag: 'log',
    act: 'anchor',
    summary: 'Request an anchor now; at most one a second is made',
    rate: RATES.anchor,
    problems: ['body-too-large'],
    answers: { 202: jsonAnswer('requested', AnchorRequested, { state: 'requested', size: '1' }) },
  },
  ({ log }) =>
    (request, response) => {
      const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers;
      if (Number(length) > 0 || coding !== undefined) throw new LedgerError('body-too-large', { limit: 0 });
      log.requestAnchor();
      response.status(202).json({ state: 'requested', size: log.store.head().size.toString() });
    },
);
