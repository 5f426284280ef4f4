import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createServiceLog } from '../../src/compose/service-log.ts';
import { bilingual } from '../../src/text/message.ts';

const text = bilingual({ zh: '节点没有按时应答', en: 'the node did not answer in time' });

function linesOf(write: (log: ReturnType<typeof createServiceLog>) => void): Record<string, unknown>[] {
  const stream = new PassThrough();
  let output = '';
  write(createServiceLog(stream));
  for (let chunk: Buffer | null; (chunk = stream.read() as Buffer | null) !== null;) output += chunk.toString();
  const lines = output.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('sentences are logged in English, as `message`', () => {
  const lines = linesOf((log) => {
    log.event({ type: 'chain-problem', code: 'chain-unreachable', text });
    log.event({ type: 'chain', event: { type: 'failed', code: 'chain-missing', text } });
    log.event({ type: 'chain', event: { type: 'exited', code: 70, signal: null, reason: text, retryInMs: 500 } });
  });
  const message = 'the node did not answer in time';
  expect(lines).toEqual([
    { level: 40, time: expect.any(String), msg: 'chain-problem', code: 'chain-unreachable', message },
    { level: 30, time: expect.any(String), msg: 'chain', event: { type: 'failed', code: 'chain-missing', message } },
    {
      level: 30,
      time: expect.any(String),
      msg: 'chain',
      event: { type: 'exited', code: 70, signal: null, reason: message, retryInMs: 500 },
    },
  ]);
});

test('an error is logged with its stack', () => {
  const [line] = linesOf((log) => log.event({ type: 'internal-error', error: new TypeError('a bug') }));
  expect(line).toMatchObject({ msg: 'internal-error', error: { type: 'TypeError', message: 'a bug' } });
});
