import { rotationsJson } from '../../protocol/key-rotation.ts';
import { Rotations } from '../answers.ts';
import { EXAMPLES } from '../examples.ts';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED } from '../operation.ts';

export default define(
  {
    method: 'get',
    path: '/rotations.json',
    id: 'fetchRotations',
    tag: 'log',
    act: 'public',
    summary: 'Every change of keys that the operator states, signed by the keys concerned',
    parameters: { header: CONDITIONAL },
    answers: { 200: jsonAnswer('the changes', Rotations, EXAMPLES.rotations, ETAG), 304: NOT_MODIFIED },
  },
  ({ rotations }) =>
    (_request, response) => {
      response.setHeader('Cache-Control', 'no-cache');
      response.json(rotationsJson(rotations()));
    },
);
