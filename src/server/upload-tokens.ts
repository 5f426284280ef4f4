import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SeenContent } from '../kinds/view.ts';
import { canonicalJson, type Json } from '../protocol/encoding/json.ts';

const LIFETIME_MS = 24 * 60 * 60 * 1000;

/**
 * Tokens that prove that somebody uploaded a content: digests, size, expiry, and a MAC under a
 * secret of this process, which also covers who it was. A registration of the same principal with
 * the token owns the bytes; knowing a digest, or the token of somebody else, is not enough. A
 * restart of the service invalidates all tokens, and clients upload again.
 */
export class UploadTokens {
  readonly #secret: Uint8Array;
  readonly #clock: () => number;

  /** `secret`: 32 random bytes. `clock`: Unix milliseconds. */
  constructor(secret: Uint8Array, clock: () => number) {
    this.#secret = secret;
    this.#clock = clock;
  }

  /** `uploader`: who uploaded it, as `callerScope` has it. */
  issue({ sha256, sm3, size }: SeenContent, uploader: Json): string {
    const facts = [sha256, sm3, size, this.#clock() + LIFETIME_MS].join('.');
    return `${facts}.${this.#mac(facts, uploader).toString('hex')}`;
  }

  /**
   * The content of a token; undefined if the token was not issued by this process to this uploader
   * or has expired.
   */
  open(token: string, uploader: Json): SeenContent | undefined {
    const match = /^(([0-9a-f]{64})\.([0-9a-f]{64})\.([0-9]{1,16})\.([0-9]{1,16}))\.([0-9a-f]{64})$/.exec(token);
    if (match === null || !timingSafeEqual(this.#mac(match[1]!, uploader), Buffer.from(match[6]!, 'hex')))
      return undefined;
    if (Number(match[5]) < this.#clock()) return undefined;
    return { sha256: match[2]!, sm3: match[3]!, size: Number(match[4]) };
  }

  #mac(facts: string, uploader: Json): Buffer {
    return createHmac('sha256', this.#secret)
      .update(canonicalJson([facts, uploader]))
      .digest();
  }
}
