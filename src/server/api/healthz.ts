import { Alive } from '../answers.ts';
import { define, jsonAnswer } from '../operation.ts';

export default define(
  {
    method: 'get',
    path: '/healthz',
    id: 'alive',
    tag: 'service',
    act: 'public',
    summary: 'The process answers',
    answers: { 200: jsonAnswer('it answers', Alive, { status: 'ok' }) },
  },
  () => (_request, response) => {
    response.json({ status: 'ok' });
  },
);
