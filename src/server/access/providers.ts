import type { ClientMetadata, Configuration, ServerMetadata } from 'openid-client';
import { LedgerError } from '../../text/ledger-error.ts';
import { PeopleError } from '../../text/people-error.ts';

/** A provider of OpenID Connect at which persons sign in. */
export interface ProviderSettings {
  /** Names it in addresses. */
  readonly id: string;
  /** What people read. */
  readonly name: string;
  /** Its issuer identifier: https, or http on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** JWS algorithm of its ID tokens; no other one is taken. */
  readonly algorithm: string;
}

/** What a browser holds on to between the two steps, on the server's side. */
export interface ProviderStep {
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
  readonly redirectUri: string;
}

/** An account at a provider. */
export interface ProvenIdentity {
  readonly issuer: string;
  readonly subject: string;
}

const METADATA_MS = 10 * 60_000;
const TIMEOUT_SECONDS = 10;

interface Discovered {
  readonly metadata: ServerMetadata;
  readonly atMs: number;
}

/** Authorisation code flow with PKCE, state and nonce; the library is loaded with the first use. */
export class Providers {
  readonly #settings: ReadonlyMap<string, ProviderSettings>;
  readonly #discovered = new Map<string, Discovered>();
  readonly #clock: () => number;

  constructor(settings: readonly ProviderSettings[], clock: () => number) {
    this.#settings = new Map(settings.map((each) => [each.id, each]));
    this.#clock = clock;
  }

  list(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.#settings.values()].map(({ id, name }) => ({ id, name }));
  }

  /**
   * Where to send the browser, and what to expect from it. Throws `not-found` for an unknown
   * provider, `provider-unreachable`.
   */
  async begin(id: string, redirectUri: string): Promise<{ readonly url: string; readonly step: ProviderStep }> {
    const client = await import('openid-client');
    const config = await this.#configuration(id);
    const step = {
      provider: id,
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
      redirectUri,
    };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid',
      state: step.state,
      nonce: step.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(step.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, step };
  }

  /**
   * The account that the provider vouches for. `query`: of the address to which it sent the
   * browser, with its question mark. Throws `provider-failed`, `provider-unreachable`.
   */
  async finish(step: ProviderStep, query: string): Promise<ProvenIdentity> {
    const client = await import('openid-client');
    // made for this sign-in alone, so that the provider's present keys are fetched
    const config = await this.#configuration(step.provider);
    const tokens = await client
      .authorizationCodeGrant(config, new URL(`${step.redirectUri}${query}`), {
        pkceCodeVerifier: step.verifier,
        expectedState: step.state,
        expectedNonce: step.nonce,
        idTokenExpected: true,
      })
      .catch((cause: unknown) => {
        throw new PeopleError(isUnanswered(cause) ? 'provider-unreachable' : 'provider-failed', { cause });
      });
    const claims = tokens.claims();
    if (claims === undefined) throw new PeopleError('provider-failed');
    return { issuer: claims.iss, subject: claims.sub };
  }

  async #configuration(id: string): Promise<Configuration> {
    const settings = this.#settings.get(id);
    if (settings === undefined) throw new LedgerError('not-found');
    const client = await import('openid-client');
    const { issuer, clientId, clientSecret, algorithm } = settings;
    const metadata: Partial<ClientMetadata> = { id_token_signed_response_alg: algorithm };
    const authentication = client.ClientSecretBasic(clientSecret);
    const insecure = new URL(issuer).protocol === 'http:' ? [client.allowInsecureRequests] : [];
    const nowMs = this.#clock();
    let found = this.#discovered.get(id);
    if (found === undefined || nowMs - found.atMs > METADATA_MS) {
      const options = { execute: insecure, timeout: TIMEOUT_SECONDS };
      const config = await client
        .discovery(new URL(issuer), clientId, metadata, authentication, options)
        .catch((cause: unknown) => {
          throw new PeopleError('provider-unreachable', { cause });
        });
      found = { metadata: config.serverMetadata(), atMs: nowMs };
      this.#discovered.set(id, found);
    }
    const config = new client.Configuration({ ...found.metadata }, clientId, metadata, authentication);
    config.timeout = TIMEOUT_SECONDS;
    // without this, a token that came over TLS would be taken without its signature
    for (const extend of [...insecure, client.enableNonRepudiationChecks]) extend(config);
    return config;
  }
}

function isUnanswered(error: unknown): boolean {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  return code === 'OAUTH_TIMEOUT' || cause?.code === 'ECONNREFUSED' || cause?.code === 'ENOTFOUND';
}
