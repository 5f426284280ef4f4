import { define } from '../operation.ts';

export default define(
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    tag: 'service',
    act: 'monitor',
    summary: 'Metrics in the text format of Prometheus',
    answers: { 200: { description: 'metrics', content: { mediaType: 'text/plain', example: 'evl_ready 1\n' } } },
  },
  ({ metrics }) =>
    async (_request, response) => {
      response.type(metrics.contentType).send(await metrics.text());
    },
);
