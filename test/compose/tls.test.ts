import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificatePaths, makeCertificate } from '../certificates.ts';
import { callByHttps, type HttpsAnswer, type HttpsCall } from '../https-call.ts';
import { addFirstAdmin, PASSWORD } from '../server/first-account.ts';
import { eventually, startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { sendRaw } from '../server/raw-http.ts';

/** A service with a certificate of its own, over real connections. */

const dir = mkdtempSync(join(tmpdir(), 'evl-tls-'));
const files = { cert: join(dir, 'served.pem'), key: join(dir, 'served.key') };
const first = makeCertificate(dir, 'first');
const second = makeCertificate(dir, 'second');
let ledger: TestLedger;

beforeAll(async () => {
  put(first);
  ledger = await startLedger();
  await ledger.restart({ tlsCert: files.cert, tlsKey: files.key, certificateCheckMs: 20 });
});
afterAll(async () => {
  await ledger.remove();
  rmSync(dir, { recursive: true, force: true });
});

function put({ cert, key }: CertificatePaths): void {
  copyFileSync(cert, files.cert);
  copyFileSync(key, files.key);
}

function call(path: string, options: HttpsCall = {}): Promise<HttpsAnswer> {
  const ca = [first, second].map(({ cert }) => readFileSync(cert));
  return callByHttps(`${ledger.server.url}${path}`, ca, options);
}

/** The subject of the certificate that a new connection is shown. */
function shownName(options: { readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2' } = {}): Promise<string> {
  const { hostname: host, port } = new URL(ledger.server.url);
  const weak = options.maxVersion === 'TLSv1.1' ? { minVersion: 'TLSv1' as const, ciphers: 'ALL@SECLEVEL=0' } : {};
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ...weak, ...options }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const eventsOf = (type: string) => ledger.events.filter((event) => event.type === type);
const waitFor = (isTrue: () => boolean) => eventually(async () => (isTrue() ? true : undefined));

describe('https', () => {
  test('is spoken from TLS 1.2 on, and browsers are told to stay with it', async () => {
    expect(ledger.server.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    const { status, headers } = await call('/healthz');
    expect([status, headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    expect(await shownName({ maxVersion: 'TLSv1.2' })).toBe('first');
    await expect(shownName({ maxVersion: 'TLSv1.1' })).rejects.toThrow(/version|protocol/i);
  });

  test('is asked for where a client speaks http', async () => {
    const { text, durationMs } = await sendRaw(ledger.server.url, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n[^]*"code":"https-required"/);
    expect(durationMs).toBeLessThan(30_000);
    expect((await call('/healthz')).status).toBe(200);
  });

  test('keeps bytes of no protocol from anything else', async () => {
    const { text } = await sendRaw(ledger.server.url, Buffer.from([0x16, 3, 1, 255, 255, 0, 0]), { endsAfter: true });
    expect(text).not.toContain('HTTP');
    expect((await call('/healthz')).status).toBe(200);
  });

  test('gives sessions cookies that are sent by https only', async () => {
    const post = (path: string, body: object, headers = {}) =>
      call(path, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
    const token = await addFirstAdmin(ledger.dataDir, async (...asked) => (await post(...asked)).json);
    const signedIn = await post('/v1/one-time-link/use', { token, password: PASSWORD });
    const cookies = [signedIn.headers['set-cookie'] ?? []].flat();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-evl(?:-device)?=[\w-]+;.* Path=\/;.* HttpOnly; Secure; SameSite=Lax$/);
    }
    const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
    expect(await call('/v1/account', { headers: { cookie } })).toMatchObject({ status: 200, json: { name: 'admin' } });
  });
});

describe('a certificate whose files change', () => {
  test('is replaced for new connections, without a restart', async () => {
    put(second);
    await waitFor(() => eventsOf('certificate-changed').length === 1);
    expect(await shownName()).toBe('second');
  });

  test.each([
    ['are half written', () => writeFileSync(files.cert, readFileSync(first.cert).subarray(0, 200))],
    ['are no pair', () => copyFileSync(first.cert, files.cert)],
    ['are gone', () => rmSync(files.key)],
  ])('stays in use where they %s, which is reported once', async (_, damage) => {
    put(second);
    const before = eventsOf('certificate-kept').length;
    damage();
    await waitFor(() => eventsOf('certificate-kept').length > before);
    expect(await shownName()).toBe('second');
    await new Promise((resolve) => setTimeout(resolve, 200)); // several more looks
    expect(eventsOf('certificate-kept').length).toBe(before + 1);
  });

  test('is replaced once they are whole again', async () => {
    put(first);
    await waitFor(() => eventsOf('certificate-changed').length === 2);
    expect(await shownName()).toBe('first');
  });
});

describe('a start', () => {
  test.each([
    ['a certificate alone', () => ({ tlsCert: first.cert, tlsKey: undefined }), 'certificate-wrong'],
    ['no pair', () => ({ tlsCert: first.cert, tlsKey: second.key }), 'certificate-wrong'],
    ['a key in place of the certificate', () => ({ tlsCert: first.key, tlsKey: first.key }), 'certificate-wrong'],
    ['a file that is not there', () => ({ tlsCert: join(dir, 'none'), tlsKey: first.key }), 'certificate-wrong'],
  ])('with %s is refused', async (_, changed, code) => {
    await using other = await unstarted();
    await expect(other.restart(changed())).rejects.toMatchObject({ code });
  });

  test('on another address needs accounts, encryption and host names', async () => {
    await using other = await unstarted();
    const lacksOf = async (changed: Parameters<TestLedger['restart']>[0]) => {
      const error = await other.restart({ host: '127.0.0.2', ...changed }).then(
        () => ({ code: 'started', message: '' }),
        (thrown: { code: string; message: string }) => thrown,
      );
      return [error.code, ['accounts', 'encryption', 'host names'].filter((each) => error.message.includes(each))];
    };
    expect(await lacksOf({})).toEqual(['host-refused', ['encryption', 'host names']]);
    const tls = { tlsCert: first.cert, tlsKey: first.key };
    expect(await lacksOf(tls)).toEqual(['host-refused', ['host names']]);
    expect(await lacksOf({ ...tls, publicHosts: ['localhost'] })).toEqual(['host-refused', ['accounts']]);
  });
});

/** A ledger of its own whose service has stopped. */
async function unstarted(): Promise<TestLedger & AsyncDisposable> {
  const other = await startLedger({ isOther: true });
  return Object.assign(other, { [Symbol.asyncDispose]: () => other.remove() });
}

test('another address serves other machines once there are accounts', async () => {
  await ledger.restart({ host: '127.0.0.2', publicHosts: ['ledger.test', 'ledger.example:8443'] });
  const { url } = ledger.server;
  const { port } = new URL(url);
  expect(url).toMatch(/^https:\/\/127\.0\.0\.2:/);
  const status = async (host: string) => (await call('/healthz', { headers: { host } })).status;
  expect(await status('ledger.example:8443')).toBe(200);
  expect(await status('LEDGER.example:8443')).toBe(200);
  for (const host of ['ledger.test', `ledger.test:${port}`]) expect(await status(host)).toBe(200);
  for (const host of ['ledger.test:1', 'ledger.example', `127.0.0.2:${port}`, 'elsewhere.example'])
    expect(await status(host)).toBe(421);
});
