import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SeenContent } from '../kinds/evidence.ts';

const LIFETIME_MS = 24 * 60 * 60 * 1000;

/**
 * Proof that its bearer uploaded a content: its facts and a MAC under a secret of this process. A
 * registration with the token owns the bytes; knowing a digest gives nothing. After a restart of
 * the service, tokens of before are worth nothing and the client uploads again.
 */
export class UploadTokens {
  readonly #secret: Uint8Array;
  readonly #clock: () => number;

  /** `secret` are 32 random bytes. */
  constructor(secret: Uint8Array, clock: () => number) {
    this.#secret = secret;
    this.#clock = clock;
  }

  issue({ sha256, sm3, size }: SeenContent): string {
    const facts = [sha256, sm3, size, this.#clock() + LIFETIME_MS].join('.');
    return `${facts}.${this.#mac(facts).toString('hex')}`;
  }

  /** Undefined where the token is none of ours, or too old. */
  open(token: string): SeenContent | undefined {
    const match = /^(([0-9a-f]{64})\.([0-9a-f]{64})\.([0-9]{1,16})\.([0-9]{1,16}))\.([0-9a-f]{64})$/.exec(token);
    if (match === null || !timingSafeEqual(this.#mac(match[1]!), Buffer.from(match[6]!, 'hex'))) return undefined;
    if (Number(match[5]) < this.#clock()) return undefined;
    return { sha256: match[2]!, sm3: match[3]!, size: Number(match[4]) };
  }

  #mac(facts: string): Buffer {
    return createHmac('sha256', this.#secret).update(facts).digest();
  }
}
