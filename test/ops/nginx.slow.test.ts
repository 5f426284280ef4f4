import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAvailable } from '../availability.ts';
import { makeCertificate } from '../certificates.ts';
import { callByHttps, type HttpsCall } from '../https-call.ts';
import { addFirstAdmin, PASSWORD } from '../server/first-account.ts';
import { eventually, startLedger, type TestLedger } from '../server/ledger-fixture.ts';

/** The example of ops/ with the nginx of this machine in front of a real service. */

const hasNginx = isAvailable('nginx', isInstalled('nginx', ['-v']));
const CLIENTS = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;
const LARGE_BYTES = 64 * 1024 * 1024;

describe.runIf(hasNginx)('the service behind nginx', () => {
  const dir = mkdtempSync(join(tmpdir(), 'evl-nginx-'));
  const { cert, key } = makeCertificate(dir, 'proxy');
  let ledger: TestLedger;
  let nginx: ChildProcess;
  let [port, plainPort] = [0, 0];
  let cookie = '';

  const call = (path: string, options: HttpsCall = {}) => {
    const headers = { host: `localhost:${port}`, ...options.headers };
    const localAddress = options.localAddress ?? CLIENTS[0];
    return callByHttps(`https://127.0.0.1:${port}${path}`, [readFileSync(cert)], { ...options, headers, localAddress });
  };
  const post = (path: string, body: object, headers: Record<string, string> = {}, localAddress?: string) =>
    call(path, {
      headers: { 'content-type': 'application/json', origin: `https://localhost:${port}`, ...headers },
      body: JSON.stringify(body),
      ...(localAddress !== undefined && { localAddress }),
    });

  beforeAll(async () => {
    [port, plainPort] = [await freePort(), await freePort()];
    ledger = await startLedger();
    await ledger.restart({ behindProxy: ['127.0.0.1'], publicHosts: [`localhost:${port}`] });
    nginx = await startNginx();
  });
  afterAll(async () => {
    nginx.kill('SIGQUIT');
    await once(nginx, 'exit');
    await ledger.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  /** The example with the names, files and ports of this test, in a whole configuration. */
  async function startNginx(): Promise<ChildProcess> {
    const example = readFileSync(join(import.meta.dirname, '../../ops/nginx-evidence-ledger.conf'), 'utf8');
    const changes: readonly (readonly [string | RegExp, string])[] = [
      [/^ *listen \[::\].*\n/gm, ''],
      ['server 127.0.0.1:8080;', `server ${new URL(ledger.server.url).host};`],
      ['listen 80;', `listen 127.0.0.1:${plainPort};`],
      ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
      [/server_name ledger\.example;/g, 'server_name localhost;'],
      ['/etc/nginx/ledger.example.pem', cert],
      ['/etc/nginx/ledger.example.key', key],
    ];
    let site = example;
    for (const [from, to] of changes) {
      expect(site).toMatch(from);
      site = site.replace(from, to);
    }
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const paths = temporary.map((name) => `${name}_temp_path ${join(dir, name)};`).join('\n');
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    const logs = `error_log ${join(dir, 'error.log')};\npid ${join(dir, 'nginx.pid')};`;
    const whole = `daemon off;\n${user}\n${logs}\nevents {}\nhttp {\naccess_log off;\n${paths}\n${site}\n}\n`;
    mkdirSync(join(dir, 'conf'));
    writeFileSync(join(dir, 'conf/nginx.conf'), whole);
    const options = ['-p', dir, '-c', join(dir, 'conf/nginx.conf'), '-e', join(dir, 'error.log')];
    execFileSync('nginx', [...options, '-t'], { stdio: 'pipe' });
    const started = spawn('nginx', options, { stdio: 'ignore' });
    await eventually(async () => (await call('/').catch(() => undefined)) && true);
    return started;
  }

  test('serves nobody before there are accounts', async () => {
    expect(await call('/healthz')).toMatchObject({ status: 403, json: { code: 'accounts-missing' } });
    const direct = (path: string, body: object, headers: Record<string, string>) =>
      fetch(`${ledger.server.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }).then((answer) => answer.json());
    const token = await addFirstAdmin(ledger.dataDir, direct);
    const signedIn = await post('/v1/one-time-link/use', { token, password: PASSWORD });
    expect(signedIn.status).toBe(204);
  });

  test('signs in by a cookie that is sent by https only', async () => {
    const signedIn = await post('/v1/session', { name: 'admin', password: PASSWORD });
    expect(signedIn.status).toBe(200);
    const set = signedIn.headers['set-cookie'] ?? [];
    expect(set[0]).toMatch(/^__Host-evl=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    cookie = set.map((each) => each.split(';')[0]).join('; ');
    expect(await call('/v1/account', { headers: { cookie } })).toMatchObject({ status: 200, json: { name: 'admin' } });
  });

  test('tells browsers to stay with https, and sends them there', async () => {
    expect((await call('/healthz')).headers['strict-transport-security']).toBe('max-age=31536000');
    const plain = await fetch(`http://127.0.0.1:${plainPort}/verify?lang=zh`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([308, 'https://127.0.0.1/verify?lang=zh']);
  });

  test('refuses other hosts, and pages of other origins', async () => {
    for (const host of ['elsewhere.example', 'localhost', '127.0.0.1']) {
      expect([host, (await call('/healthz', { headers: { host } })).status]).toEqual([host, 421]);
    }
    const spoofed = { 'x-forwarded-host': 'elsewhere.example', 'x-forwarded-proto': 'http', forwarded: 'proto=http' };
    expect((await call('/healthz', { headers: spoofed })).status).toBe(200);
    const foreign = await post(
      '/v1/session',
      { name: 'admin', password: PASSWORD },
      { origin: 'https://elsewhere.example' },
    );
    expect(foreign).toMatchObject({ status: 403, json: { code: 'cross-origin' } });
  });

  test('takes a large content as it comes', async () => {
    const { organisation } = (await call('/v1/account', { headers: { cookie } })).json as {
      organisation: { id: string };
    };
    const handler = { organisation: organisation.id, roles: ['handler'], signInName: 'handler', name: 'handler' };
    const { link } = (await post('/v1/people', handler, { cookie })).json as { link: string };
    const signedIn = await post('/v1/one-time-link/use', { token: link, password: PASSWORD });
    const own = (signedIn.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
    const body = Buffer.alloc(LARGE_BYTES, 'evidence');
    const type = { 'content-type': 'application/octet-stream', origin: `https://localhost:${port}` };
    const stored = await call('/v1/contents', { headers: { ...type, cookie: own }, body });
    expect(stored).toMatchObject({
      status: 201,
      json: { size: LARGE_BYTES, digests: { sha256: createHash('sha256').update(body).digest('hex') } },
    });
  });

  test('limits each address, whatever it writes into X-Forwarded-For', async () => {
    await ledger.restart({ requestsPerSecond: 2 }); // twenty in ten seconds
    nginx.kill('SIGQUIT');
    await once(nginx, 'exit');
    rmSync(join(dir, 'conf'), { recursive: true });
    nginx = await startNginx();
    const statuses = [];
    for (let i = 0; i < 30; i++) {
      const headers = { 'x-forwarded-for': `198.51.100.${i}, 10.0.0.${i}` };
      statuses.push((await call('/v1/anchors', { headers, localAddress: CLIENTS[1] })).status);
    }
    expect(statuses).toContain(429);
    expect((await call('/v1/anchors', { localAddress: CLIENTS[2] })).status).toBe(200);
  });
});

function isInstalled(program: string, options: readonly string[]): boolean {
  try {
    execFileSync(program, options, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
