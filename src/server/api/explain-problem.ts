import * as z from 'zod';
import { answerProblemPage, problemPage } from '../../http/explained-problem.ts';
import { PROBLEM_CODES } from '../../http/problem.ts';
import { define } from '../operation.ts';

export default define(
  {
    method: 'get',
    path: '/problems/{code}',
    id: 'explainProblem',
    tag: 'service',
    act: 'public',
    summary: 'What a problem code means and what to do, in Chinese or English by Accept-Language',
    description: 'The `type` of a problem leads here.',
    parameters: {
      path: z.object({ code: z.string().meta({ description: 'the code', example: PROBLEM_CODES[0] }) }),
    },
    answers: {
      200: {
        description: 'a page',
        content: { mediaType: 'text/html', example: problemPage('too-many-requests', 'en') },
      },
    },
    problems: ['not-found'],
  },
  () => answerProblemPage,
);
