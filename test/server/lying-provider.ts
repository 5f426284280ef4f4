import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, exportSPKI, SignJWT } from 'jose';
import { urlOf } from '../../src/http/listening.ts';

type Claims = Record<string, unknown>;

/** What its tokens are like; what is left out is right. */
export interface Lie {
  readonly claims?: Claims;
  readonly header?: { readonly alg?: string; readonly kid?: string };
  /** By no key, by the public key as a secret, or by a key of nobody. */
  readonly signedBy?: 'none' | 'hmac' | 'other';
  /** The token itself, from the right one. */
  readonly token?: (token: string) => string;
  readonly metadata?: Claims;
  /** The answer of its token endpoint has no ID token. */
  readonly withoutToken?: true;
}

/** A provider of OpenID Connect that signs what the test asks for. */
export interface LyingProvider extends AsyncDisposable {
  readonly issuer: string;
  lie: Lie;
  /** What its next token is for. */
  nonce: string;
  /** Requests to its token endpoint. */
  readonly redeemed: URLSearchParams[];
  rotate(): void;
}

export async function startLyingProvider(clientId: string): Promise<LyingProvider> {
  let serial = 0;
  const newKey = () => ({ kid: `key ${serial++}`, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
  let key = newKey();
  const answerOf = async (request: IncomingMessage): Promise<unknown> => {
    if (request.url === '/.well-known/openid-configuration') return metadataOf();
    if (request.url === '/jwks') {
      return { keys: [{ ...(await exportJWK(key.publicKey)), kid: key.kid, alg: 'RS256', use: 'sig' }] };
    }
    provider.redeemed.push(new URLSearchParams(await text(request)));
    const tokens = { access_token: 'access', token_type: 'Bearer', expires_in: 60 };
    return provider.lie.withoutToken === true ? tokens : { ...tokens, id_token: await tokenOf() };
  };
  const server = createServer((request, response) => {
    const answer = (value: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    void answerOf(request).then(answer, (error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = urlOf(server);
  const metadataOf = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    ...provider.lie.metadata,
  });
  const tokenOf = async () => {
    const { claims, header, signedBy, token = (right: string) => right } = provider.lie;
    const nowSeconds = Math.floor(Date.now() / 1000);
    const right = { iss: issuer, sub: 'clerk', aud: clientId, nonce: provider.nonce, iat: nowSeconds };
    const stated = { ...right, exp: nowSeconds + 60, ...claims };
    const { alg = 'RS256', kid = key.kid } = header ?? {};
    if (signedBy === 'none') return token(unsigned('none', kid, stated));
    if (signedBy === 'hmac') {
      const body = unsigned('HS256', kid, stated).slice(0, -1);
      const mac = createHmac('sha256', await exportSPKI(key.publicKey)).update(body);
      return token(`${body}.${mac.digest('base64url')}`);
    }
    const by: KeyObject = signedBy === 'other' ? newKey().privateKey : key.privateKey;
    return token(await new SignJWT(stated).setProtectedHeader({ alg, kid }).sign(by));
  };
  const provider: LyingProvider = {
    issuer,
    lie: {},
    nonce: '',
    redeemed: [],
    rotate: () => void (key = newKey()),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

function unsigned(alg: string, kid: string, claims: Claims): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg, kid })}.${encode(claims)}.`;
}
