import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type RawAnswer, sendRaw } from '../server/raw-http.ts';

/** What hostile clients do, and how each must end. */
export interface Attack {
  readonly name: string;
  /** How often it is made at once in the campaign. */
  readonly times: number;
  /**
   * Answers it may get; a connection that is closed without any is fine too where `mayBeSilent`.
   */
  readonly statuses: readonly number[];
  readonly mayBeSilent?: boolean;
  /** Not for `npm test`: it ends only by a timeout of the service. */
  readonly isSlow?: boolean;
  /** The service must have ended it by then. */
  readonly limitMs?: number;
  readonly run: (url: string, n: number) => Promise<RawAnswer>;
}

const LIMIT_MS = 15_000;
/** The service cuts off connections on which nothing moves; by then it has. */
const UNREAD_MS = 33_000;
export const limitOf = ({ limitMs = LIMIT_MS }: Attack) => limitMs;

const JSON_TYPE = 'Content-Type: application/json';
const BYTES_TYPE = 'Content-Type: application/octet-stream';
const LINES_TYPE = 'Content-Type: application/x-ndjson';

/** A request as it goes over the line; with `Connection: close` unless it has another value. */
function request(line: string, headers: readonly string[], body: string | Uint8Array = ''): Buffer {
  const head = [`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

function post(path: string, type: string, body: string | Uint8Array, more: readonly string[] = []): Buffer {
  return request(`POST ${path}`, [type, `Content-Length: ${Buffer.byteLength(body)}`, ...more], body);
}

/** Sends at once, and waits for the end. */
const sends =
  (bytes: string | Uint8Array | ((n: number) => string | Uint8Array)): Attack['run'] =>
  (url, n) =>
    sendRaw(url, typeof bytes === 'function' ? bytes(n) : bytes, { timeoutMs: 60_000 });

/** Sends the first part, then one byte a second of the second, until it is stopped. */
function drips(first: string, byte: string): Attack['run'] {
  return async (url) => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const answer = await held(url, (socket) => {
      socket.write(first);
      timer = setInterval(() => socket.writable && socket.write(byte), 1000);
    });
    clearInterval(timer);
    return answer;
  };
}

/** Holds a connection until the service ends it. */
function held(url: string, begin: (socket: Socket) => void, { reads = true } = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const startMs = performance.now();
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => begin(socket));
    let text = '';
    if (reads) socket.on('data', (data) => (text += data.toString('latin1')));
    else {
      // a client that does not read does not see the end either
      socket.pause();
      setTimeout(() => socket.resume(), UNREAD_MS);
    }
    const timeout = setTimeout(() => socket.destroy(), 90_000);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timeout);
      const statuses = [...text.matchAll(/^HTTP\/1\.1 ([0-9]{3}) /gm)].map(([, status]) => Number(status));
      resolve({ text, statuses, durationMs: performance.now() - startMs });
    });
  });
}

/** Goes away in the middle. */
function aborts(bytes: Uint8Array): Attack['run'] {
  return async (url) => {
    const startMs = performance.now();
    await held(url, (socket) => socket.write(bytes, () => socket.destroy()));
    return { text: '', statuses: [], durationMs: performance.now() - startMs };
  };
}

const registration = (name: string, sha256 = createHash('sha256').update(name).digest('hex')) =>
  JSON.stringify({ case: { number: 'hostile' }, file: { name, size: 1 }, digests: { sha256 } });

const HEAD = 'POST /v1/evidence HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const SECOND = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';

/**
 * Where two readers could see two different requests: never more than one refusal, and the second
 * request is never carried out.
 */
export const SMUGGLING: Readonly<Record<string, string>> = {
  'length and chunks': `${HEAD}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SECOND}`,
  'chunks and length': `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${SECOND}`,
  'two lengths': `${HEAD}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}${SECOND}`,
  'a list of lengths': `${HEAD}Content-Length: 2, 2\r\n\r\n{}${SECOND}`,
  'a length with a sign': `${HEAD}Content-Length: +2\r\n\r\n{}${SECOND}`,
  'a negative length': `${HEAD}Content-Length: -1\r\n\r\n{}${SECOND}`,
  'a length in hex': `${HEAD}Content-Length: 0x2\r\n\r\n{}${SECOND}`,
  'a length beyond 2^64': `${HEAD}Content-Length: 18446744073709551618\r\n\r\n{}${SECOND}`,
  'a space before the colon': `${HEAD}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${SECOND}`,
  'a tab inside the coding': `${HEAD}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n${SECOND}`,
  'an unknown coding': `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SECOND}`,
  'chunked, and then another coding': `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SECOND}`,
  'two codings in two lines': `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n${SECOND}`,
  'a folded line': `${HEAD}Transfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n${SECOND}`,
  'lines that end in LF alone': `${HEAD.replaceAll('\r', '')}Content-Length: 2\n\n{}${SECOND}`,
  'a CR inside a header': `${HEAD}X: a\rTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${SECOND}`,
  'a NUL inside a header': `${HEAD}X: a\0b\r\nContent-Length: 2\r\n\r\n{}${SECOND}`,
  'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
  'two hosts': 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n',
  'an unknown method': 'HACK /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'a space in the path': 'GET /health z HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'an unknown version': 'GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n',
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
};

const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
export const BAD_CHUNKS: Readonly<Record<string, string>> = {
  'no number': `${CHUNKED}zz\r\n{}\r\n0\r\n\r\n`,
  'a negative number': `${CHUNKED}-2\r\n{}\r\n0\r\n\r\n`,
  'beyond 2^64': `${CHUNKED}fffffffffffffffff\r\n{}\r\n`,
  'shorter than it says': `${CHUNKED}1\r\n{}\r\n0\r\n\r\n`,
  'with a space': `${CHUNKED}2 \n{}\r\n0\r\n\r\n`,
  'an endless extension': `${CHUNKED}2;${'x'.repeat(64 * 1024)}\r\n{}\r\n0\r\n\r\n`,
  'endless trailers': `${CHUNKED}2\r\n{}\r\n0\r\n${'X: y\r\n'.repeat(10_000)}\r\n`,
};

export const BAD_JSON: Readonly<Record<string, string | Uint8Array>> = {
  deep: '['.repeat(60_000),
  'deep objects': '{"a":'.repeat(12_000),
  'a name twice': '{"case":{"number":"1"},"case":{"number":"2"}}',
  'a name twice, spelt otherwise': '{"case":{"number":"1"},"\\u0063ase":{"number":"2"}}',
  '__proto__ twice': '{"__proto__":1,"__proto__":2}',
  'a lone surrogate': '{"case":{"number":"\\ud800"}}',
  'surrogates the wrong way round': '{"case":{"number":"\\udc00\\ud800"}}',
  '1e309': '{"a":1e309}',
  'a number of 60,000 digits': `{"a":${'9'.repeat(60_000)}}`,
  'minus and nothing': '-',
  NaN: 'NaN',
  'a byte order mark': Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
  'GBK bytes': Buffer.concat([Buffer.from('{"case":{"number":"'), Buffer.from([0xd6, 0xa4]), Buffer.from('"}}')]),
  'UTF-16': Buffer.from('{}', 'utf16le'),
  'NUL after the value': '{}\0',
};

/** Names with characters that are not seen, or that change what is seen: refused. */
const HIDDEN_NAMES: readonly string[] = ['\u202egnp.exe', 'a\r\nSet-Cookie: b=c', 'a\u200bb', 'a\0b'];

/** Names that are tricks where they are taken for paths, and ordinary data here. */
export const NAMES: readonly string[] = [
  '../../../../etc/passwd',
  '..\\..\\windows\\system32\\config',
  '/etc/shadow',
  'C:\\CON',
  'CON',
  'nul.txt',
  '.',
  '..',
  'a/../../b',
  '😀😀😀.png',
  '证据"; filename="x.html',
  '%2e%2e%2f%00',
  '$(touch x) `id` ; rm -rf *',
  '名'.repeat(1365),
  '=cmd|calc',
  '<script>alert(1)</script>.svg',
];

const tables = (name: string, requests: Readonly<Record<string, string | Uint8Array>>, statuses: readonly number[]) =>
  Object.entries(requests).map(([form, bytes]): Attack => ({
    name: `${name}: ${form}`,
    times: 20,
    statuses,
    run: sends(bytes),
  }));

const MULTIPART = 'Content-Type: multipart/form-data; boundary=x';

export const ATTACKS: readonly Attack[] = [
  {
    name: 'headers, one byte a second',
    times: 300,
    statuses: [408],
    mayBeSilent: true,
    isSlow: true,
    run: drips('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ', 'x'),
  },
  ...['/v1/evidence', '/v1/evidence/batch', '/v1/contents', '/v1/verify'].map((path): Attack => {
    const type = { '/v1/evidence/batch': LINES_TYPE, '/v1/contents': BYTES_TYPE }[path] ?? JSON_TYPE;
    return {
      name: `body, one byte a second: ${path}`,
      times: 100,
      statuses: [408],
      isSlow: true,
      run: drips(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${type}\r\nContent-Length: 60000\r\n\r\n`, 'x'),
    };
  }),
  {
    name: 'sockets that say nothing',
    times: 1000,
    statuses: [408],
    mayBeSilent: true,
    isSlow: true,
    run: (url) => held(url, () => {}),
  },
  {
    name: 'sockets that stay after an answer',
    times: 500,
    statuses: [200],
    isSlow: true,
    limitMs: 18_000, // the service waits for 15 s, and a busy machine for a while longer
    run: (url) => held(url, (socket) => socket.write(SECOND)),
  },
  {
    name: 'bodies that stop in the middle',
    times: 200,
    statuses: [408],
    isSlow: true,
    run: (url) => held(url, (socket) => socket.write(`${HEAD}Content-Length: 1000\r\n\r\n{"case":`)),
  },
  {
    name: 'clients that read nothing',
    times: 100,
    statuses: [200],
    mayBeSilent: true,
    isSlow: true,
    limitMs: 36_000,
    run: (url) =>
      held(url, (socket) => socket.write('GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(900)), {
        reads: false,
      }),
  },
  {
    name: 'batches whose answers nobody reads',
    times: 20,
    statuses: [200],
    mayBeSilent: true,
    isSlow: true,
    limitMs: 80_000, // half a minute after the last of them was taken
    run: (url) =>
      held(url, (socket) => socket.write(post('/v1/evidence/batch', LINES_TYPE, 'x\n'.repeat(50_000))), {
        reads: false,
      }),
  },
  {
    name: 'a header of 64 KiB',
    times: 100,
    statuses: [431],
    run: sends(request('GET /healthz', [`X: ${'x'.repeat(64 * 1024)}`])),
  },
  {
    name: '10,000 headers',
    times: 100,
    statuses: [431],
    run: sends(
      request(
        'GET /healthz',
        Array.from({ length: 10_000 }, (_, i) => `X-${i}: 1`),
      ),
    ),
  },
  {
    name: 'a key behind many headers, where it could be lost',
    times: 20,
    statuses: [431],
    run: sends(() =>
      post('/v1/evidence', JSON_TYPE, registration('x'), [
        ...Array.from({ length: 64 }, (_, i) => `X-${i}: 1`),
        'Idempotency-Key: k',
      ]),
    ),
  },
  {
    name: 'a path of 15 KiB',
    times: 50,
    statuses: [404],
    run: sends(request(`GET /v1/${'a/'.repeat(7500)}`, [])),
  },
  ...tables('smuggling', SMUGGLING, [400]),
  ...tables('chunks', BAD_CHUNKS, [400, 413, 431]),
  {
    name: '5,000 requests in one write',
    times: 5,
    statuses: [200, 429],
    run: sends(SECOND.repeat(5000)),
  },
  ...Object.entries(BAD_JSON).flatMap(([form, body]): Attack[] => [
    { name: `JSON: ${form}`, times: 20, statuses: [400], run: sends(post('/v1/evidence', JSON_TYPE, body)) },
    {
      name: `JSON for a verdict: ${form}`,
      times: 10,
      statuses: [400],
      run: sends(post('/v1/verify', JSON_TYPE, body)),
    },
  ]),
  {
    name: 'JSON of 1 MiB',
    times: 50,
    statuses: [413],
    run: sends(post('/v1/evidence', JSON_TYPE, `"${'x'.repeat(1024 * 1024)}"`)),
  },
  {
    name: 'a receipt of 4 MiB',
    times: 20,
    statuses: [413],
    mayBeSilent: true, // who closes after one request and sends on may miss the answer
    run: sends(post('/v1/verify', JSON_TYPE, `{"receipt":[${'1,'.repeat(2 * 1024 * 1024)}1]}`)),
  },
  {
    name: 'the largest list that is read',
    times: 20,
    statuses: [400],
    run: sends(post('/v1/verify', JSON_TYPE, `{"receipt":[${'1,'.repeat(127_000)}1]}`)),
  },
  {
    name: 'bodies of 60 KiB that are all commas',
    times: 100,
    statuses: [400],
    run: sends(post('/v1/evidence', JSON_TYPE, `[${'1,'.repeat(30_000)}1]`)),
  },
  {
    name: 'the largest pages',
    times: 50,
    // 503 `too-many-listings` where more are made at once than the service takes on
    statuses: [200, 503],
    run: sends(request('GET /v1/evidence?limit=1000', [])),
  },
  {
    name: 'a hundred thousand lines of nonsense',
    times: 10,
    statuses: [200],
    limitMs: 60_000,
    run: sends(post('/v1/evidence/batch', LINES_TYPE, 'x\n'.repeat(100_000))),
  },
  ...['gzip', 'br', 'deflate', 'zstd'].map((coding): Attack => ({
    name: `a body in ${coding}`,
    times: 20,
    statuses: [415],
    run: sends(post('/v1/evidence', JSON_TYPE, gzipSync(Buffer.alloc(10_000_000)), [`Content-Encoding: ${coding}`])),
  })),
  ...['/v1/evidence', '/v1/contents', '/v1/verify', '/v1/evidence/batch'].map((path): Attack => ({
    name: `multipart: ${path}`,
    times: 20,
    statuses: [415],
    run: sends(
      post(path, MULTIPART, '--x\r\nContent-Disposition: form-data; name="a[b][c]"\r\n\r\n1\r\n'.repeat(10_000)),
    ),
  })),
  {
    name: 'a declared digest that is another one',
    times: 50,
    statuses: [400],
    run: sends((n) =>
      post('/v1/contents', BYTES_TYPE, `bytes ${n}`, [`Repr-Digest: sha-256=:${Buffer.alloc(32).toString('base64')}:`]),
    ),
  },
  {
    name: 'uploads broken off',
    times: 100,
    statuses: [],
    mayBeSilent: true,
    run: aborts(
      request('POST /v1/contents', [BYTES_TYPE, 'Content-Length: 100000000'], Buffer.alloc(1024 * 1024, 'x')),
    ),
  },
  {
    name: 'an upload of 2^53 bytes, announced',
    times: 20,
    statuses: [507],
    run: sends(request('POST /v1/contents', [BYTES_TYPE, `Content-Length: ${2 ** 53}`], 'x')),
  },
  ...NAMES.map((name): Attack => ({
    name: `a name: ${JSON.stringify(name.slice(0, 30))}`,
    times: 5,
    statuses: [201],
    run: sends(post('/v1/evidence', JSON_TYPE, registration(name))),
  })),
  ...HIDDEN_NAMES.map((name): Attack => ({
    name: `a name: ${JSON.stringify(name)}`,
    times: 5,
    statuses: [400],
    run: sends(post('/v1/evidence', JSON_TYPE, registration(name))),
  })),
  {
    name: 'a name of more than 4 KiB',
    times: 5,
    statuses: [400],
    run: sends(post('/v1/evidence', JSON_TYPE, registration('名'.repeat(1366)))),
  },
  ...['TRACE', 'OPTIONS', 'PATCH', 'DELETE', 'PROPFIND'].map((method): Attack => ({
    name: `the method ${method}`,
    times: 10,
    statuses: [405],
    run: sends(request(`${method} /v1/evidence`, [])),
  })),
  { name: 'the method CONNECT', times: 10, statuses: [405], run: sends(request('CONNECT localhost:443', [])) },
  {
    name: 'an upgrade to another protocol',
    times: 10,
    statuses: [200],
    run: sends('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n'),
  },
  {
    name: 'a page of elsewhere',
    times: 10,
    statuses: [403],
    run: sends(post('/v1/evidence', JSON_TYPE, registration('x'), ['Origin: https://elsewhere.example'])),
  },
];

/** Why this did not end as it should; undefined where it did. */
export function complaint(attack: Attack, answer: RawAnswer): string | undefined {
  const { name, statuses, mayBeSilent = false } = attack;
  const wrong = answer.statuses.filter((status) => !statuses.includes(status));
  if (wrong.length > 0) return `${name}: answered ${wrong.join(', ')}, should be ${statuses.join(' or ')}`;
  if (answer.statuses.length === 0 && !mayBeSilent) return `${name}: no answer`;
  if (answer.durationMs > limitOf(attack)) return `${name}: ended after ${Math.round(answer.durationMs)} ms`;
  if (name.startsWith('smuggling') && answer.statuses.length !== 1) return `${name}: ${answer.statuses.length} answers`;
  return undefined;
}
