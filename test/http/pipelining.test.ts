import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limitPipelining } from '../../src/http/pipelining.ts';

const REQUEST = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

async function connectTo(answers: Map<string, ServerResponse>) {
  const server = createServer(limitPipelining(({ url }, response) => answers.set(url!, response)));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => void client.destroy());
  let received = '';
  client.setEncoding('utf8').on('data', (text) => (received += text));
  return { client, server, received: () => received };
}

test('carries out the requests of a connection one at a time, in order', async () => {
  const answers = new Map<string, ServerResponse>();
  const { client, received } = await connectTo(answers);
  client.write(REQUEST('/1') + REQUEST('/2') + REQUEST('/3') + REQUEST('/4'));
  for (const path of ['/1', '/2', '/3', '/4']) {
    await vi.waitFor(() => expect([...answers.keys()].at(-1)).toBe(path));
    answers.get(path)!.end(`answer ${path}`);
  }
  await vi.waitFor(() => expect(received().match(/answer \/\d/g)).toEqual([1, 2, 3, 4].map((n) => `answer /${n}`)));
});

test('refuses the fifth unanswered request and ends the connection', async () => {
  const answers = new Map<string, ServerResponse>();
  const { client, received } = await connectTo(answers);
  const closed = once(client, 'close');
  client.write([1, 2, 3, 4, 5, 6].map((n) => REQUEST(`/${n}`)).join(''));
  for (const path of ['/1', '/2', '/3', '/4']) {
    await vi.waitFor(() => expect(answers.has(path)).toBe(true));
    answers.get(path)!.end();
  }
  await closed;
  expect(received().match(/HTTP\/1\.1 \d+/g)).toEqual([...Array(4).fill('HTTP/1.1 200'), 'HTTP/1.1 429']);
  expect([...answers.keys()]).toEqual(['/1', '/2', '/3', '/4']);
});

test('carries out nothing more for a client that has gone', async () => {
  const answers = new Map<string, ServerResponse>();
  const { client, server } = await connectTo(answers);
  client.write(REQUEST('/1') + REQUEST('/2'));
  await vi.waitFor(() => expect(answers.has('/1')).toBe(true));
  client.destroy();
  await once(answers.get('/1')!, 'close');
  await vi.waitFor(
    () =>
      new Promise<void>((resolve, reject) =>
        server.getConnections((_, n) => (n === 0 ? resolve() : reject(new Error('open')))),
      ),
  );
  expect([...answers.keys()]).toEqual(['/1']);
});
