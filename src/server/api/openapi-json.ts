import * as z from 'zod';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED } from '../operation.ts';

export default define(
  {
    method: 'get',
    path: '/openapi.json',
    id: 'describe',
    tag: 'service',
    act: 'public',
    summary: 'This document',
    parameters: { header: CONDITIONAL },
    answers: {
      200: jsonAnswer('OpenAPI 3.1', z.looseObject({ openapi: z.string() }), { openapi: '3.1.0' }, ETAG),
      304: NOT_MODIFIED,
    },
  },
  ({ document }) => {
    let body: Buffer | undefined;
    return (_request, response) => {
      // One copy for all clients, also for those that never read it.
      body ??= Buffer.from(JSON.stringify(document()));
      response.setHeader('Cache-Control', 'no-cache').type('json').send(body);
    };
  },
);
