import { trustJson } from '../../protocol/trust-file.ts';
import { Trust } from '../answers.ts';
import { EXAMPLES } from '../examples.ts';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED } from '../operation.ts';

export default define(
  {
    method: 'get',
    path: '/trust.json',
    id: 'fetchTrust',
    tag: 'log',
    act: 'public',
    summary: "The operator's own trust file",
    parameters: { header: CONDITIONAL },
    answers: { 200: jsonAnswer('the trust file', Trust, EXAMPLES.trust, ETAG), 304: NOT_MODIFIED },
  },
  ({ trust }) =>
    (_request, response) => {
      response.setHeader('Cache-Control', 'no-cache');
      response.json(trustJson(trust()));
    },
);
