import type { Call } from './calls.ts';
import { Refusal } from './calls.ts';

/** The members of the options that are bytes, in the JSON form of WebAuthn. */
interface CreationOptions {
  readonly challenge: string;
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly excludeCredentials?: readonly { readonly id: string; readonly type: 'public-key' }[];
}

interface RequestOptions {
  readonly challenge: string;
}

/** Makes a passkey in this browser and adds it to the account. Throws `Refusal`. */
export async function addPasskey(call: Call, label: string): Promise<void> {
  const options = await call<CreationOptions>('POST', '/v1/account/passkeys/begin');
  const { challenge, user, excludeCredentials = [] } = options;
  const publicKey = {
    ...options,
    challenge: bytesOf(challenge),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: excludeCredentials.map((each) => ({ ...each, id: bytesOf(each.id) })),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  const { attestationObject, clientDataJSON } = made.response as AuthenticatorAttestationResponse;
  const response = { clientDataJSON: base64url(clientDataJSON), attestationObject: base64url(attestationObject) };
  await call('POST', '/v1/account/passkeys', { label, response: { ...nameOf(made), response } });
}

/** Signs in by a passkey of this browser; gives the id of the person. Throws `Refusal`. */
export async function signInByPasskey(call: Call): Promise<string> {
  const options = await call<RequestOptions>('POST', '/v1/session/passkey/begin');
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: [],
  } as unknown as PublicKeyCredentialRequestOptions;
  const shown = await asked(() => navigator.credentials.get({ publicKey }));
  const { authenticatorData, clientDataJSON, signature, userHandle } = shown.response as AuthenticatorAssertionResponse;
  const response = {
    clientDataJSON: base64url(clientDataJSON),
    authenticatorData: base64url(authenticatorData),
    signature: base64url(signature),
    userHandle: base64url(userHandle ?? new ArrayBuffer(0)),
  };
  const body = { response: { ...nameOf(shown), response } };
  const { id } = await call<{ readonly id: string }>('POST', '/v1/session/passkey', body);
  return id;
}

/** What the browser gives; it does not say why it gives nothing, so that pages learn nothing. */
async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await ask().catch(() => null);
  if (credential === null) throw new Refusal('no-passkey', '', 'zh');
  return credential as PublicKeyCredential;
}

function nameOf({ id, rawId }: PublicKeyCredential): object {
  return { id, rawId: base64url(rawId), type: 'public-key', clientExtensionResults: {} };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
}

function base64url(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
