import * as z from 'zod';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED } from '../operation.ts';

export default define(
  {
    method: 'get',
    path: '/openapi.json',
    id: 'describe',
    tag: 'service',
    summary: 'This document',
    parameters: { header: CONDITIONAL },
    answers: {
      200: jsonAnswer('OpenAPI 3.1', z.looseObject({ openapi: z.string() }), { openapi: '3.1.0' }, ETAG),
      304: NOT_MODIFIED,
    },
  },
  ({ document }) =>
    (_request, response) => {
      response.setHeader('Cache-Control', 'no-cache').json(document());
    },
);
