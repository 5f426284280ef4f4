import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/**
 * An authenticator made by hand, which also does what no real one does: each option changes one
 * thing that it signs or states.
 */

const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

export interface Odd {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  /** Of authenticator data: user present 1, user verified 4. */
  readonly flags?: number;
  readonly count?: number;
  readonly userHandle?: string;
  readonly id?: string;
  /** What is signed, from what should be. */
  readonly signed?: (bytes: Buffer) => Buffer;
  /** COSE algorithm that the key states. */
  readonly algorithm?: number;
}

export interface StatedOptions {
  readonly challenge: string;
  readonly user?: { readonly id: string };
}

export class SoftwarePasskey {
  readonly #origin: string;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly id = randomBytes(32).toString('base64url');
  #userHandle = '';
  #count = 1;

  constructor(origin: string) {
    this.#origin = origin;
    ({ privateKey: this.#privateKey, publicKey: this.#publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  }

  /** The answer of `navigator.credentials.create`, as JSON. */
  create(options: StatedOptions, odd: Odd = {}): object {
    this.#userHandle = options.user!.id;
    const { x, y } = this.#publicKey.export({ format: 'jwk' });
    const key = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, odd.algorithm ?? -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x!, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y!, 'base64url'))],
    ]);
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, isoCBOR.encode(key)]);
    const authData = Buffer.concat([this.#data({ flags: UP | UV, ...odd }, AT), attested]);
    const attestationObject = isoCBOR.encode(
      new Map<string, string | Uint8Array | Map<string, string>>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ]),
    );
    return this.#json(odd, {
      clientDataJSON: this.#client('webauthn.create', options.challenge, odd).toString('base64url'),
      attestationObject: Buffer.from(attestationObject).toString('base64url'),
      transports: ['usb'],
    });
  }

  /** The answer of `navigator.credentials.get`, as JSON. */
  get({ challenge }: StatedOptions, odd: Odd = {}): object {
    const authenticatorData = this.#data({ flags: UP | UV, ...odd }, 0);
    const client = this.#client('webauthn.get', challenge, odd);
    const bytes = Buffer.concat([authenticatorData, createHash('sha256').update(client).digest()]);
    const { signed = (right: Buffer) => right } = odd;
    return this.#json(odd, {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign('sha256', signed(bytes), this.#privateKey).toString('base64url'),
      userHandle: odd.userHandle ?? this.#userHandle,
    });
  }

  #json({ id = this.id }: Odd, response: object): object {
    const added = { clientExtensionResults: {}, authenticatorAttachment: 'cross-platform' };
    return { id, rawId: id, type: 'public-key', ...added, response };
  }

  #data({ rpId = 'localhost', flags = 0, count = this.#count++ }: Odd, more: number): Buffer {
    const counted = Buffer.alloc(4);
    counted.writeUInt32BE(count);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags | more]), counted]);
  }

  #client(type: string, challenge: string, odd: Odd): Buffer {
    const stated = {
      type: odd.type ?? type,
      challenge: odd.challenge ?? challenge,
      origin: odd.origin ?? this.#origin,
    };
    return Buffer.from(JSON.stringify({ ...stated, crossOrigin: odd.crossOrigin ?? false }));
  }
}
