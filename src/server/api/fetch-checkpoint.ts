import { LedgerError } from '../../text/ledger-error.ts';
import { EXAMPLES } from '../examples.ts';
import { CONDITIONAL, define, ETAG, NOT_MODIFIED } from '../operation.ts';
import { RATES } from '../rates.ts';

export default define(
  {
    method: 'get',
    path: '/log/checkpoint',
    id: 'fetchCheckpoint',
    tag: 'log',
    act: 'public',
    summary: 'The newest published checkpoint, a C2SP signed note',
    rate: RATES.log,
    parameters: { header: CONDITIONAL },
    answers: {
      200: {
        description: 'the note',
        content: { mediaType: 'text/plain', example: EXAMPLES.checkpoint },
        headers: ETAG,
      },
      304: NOT_MODIFIED,
    },
    problems: ['not-found'],
  },
  ({ log }) =>
    (_request, response) => {
      const published = log.store.published();
      if (published === undefined) throw new LedgerError('checkpoint/not-found');
      response.setHeader('Cache-Control', 'no-cache');
      response.type('text/plain; charset=utf-8').send(published.note);
    },
);
