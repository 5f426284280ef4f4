import { timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../../log/ports.ts';
import type { Role } from '../../people/persons.ts';
import { fromHex, utf8Bytes } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import { PeopleError } from '../../text/people-error.ts';

/** How long a program waits for its approval. */
const LOGIN_REQUEST_MS = 10 * 60_000;
const MAX_REQUESTS = 1000;
const MAX_OF_AN_ADDRESS = 20;
/** Without the characters that are mistaken for one another. */
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';

/** What the person who approved it allows the program. */
export interface Approval {
  readonly person: string;
  readonly role: Role;
  /** End of the API key; Unix milliseconds. */
  readonly untilMs: number;
  /** As the directory had it of the person then: what ends sessions also ends the approval. */
  readonly sessionsFromMs: number;
}

/** A program that asks for an API key of the person who approves it. */
export interface LoginRequest {
  /** Names it in the address of the page. */
  readonly code: string;
  /** What the person compares: the program shows the same. */
  readonly compare: string;
  /** What the program calls its machine. */
  readonly device: string;
  readonly address: string;
  readonly createdMs: number;
  readonly untilMs: number;
  readonly verdict: 'open' | 'refused' | Approval;
}

interface Held extends LoginRequest {
  /** Lower-case hex SHA-256 of a secret that only the asking program holds. */
  readonly verifierSha256: string;
}

/**
 * The requests of `evl login`, in memory: a restart ends them. Bounded for each address and as a
 * whole; the oldest of an address makes room for its next one, and where all places are taken, the
 * oldest of the address that has most of them goes.
 */
export class LoginRequests {
  readonly #held = new Map<string, Held>();
  readonly #clock: () => number;
  readonly #random: RandomBytes;
  readonly #hash: Sha256;

  constructor({
    clock,
    random,
    hash,
  }: {
    readonly clock: () => number;
    readonly random: RandomBytes;
    readonly hash: Sha256;
  }) {
    [this.#clock, this.#random, this.#hash] = [clock, random, hash];
  }

  begin({ device, address, verifierSha256 }: Pick<Held, 'device' | 'address' | 'verifierSha256'>): LoginRequest {
    const createdMs = this.#clock();
    for (const [code, { untilMs }] of this.#held) if (untilMs <= createdMs) this.#held.delete(code);
    const own = [...this.#held.values()].filter((each) => each.address === address);
    for (const { code } of own.slice(0, Math.max(0, own.length + 1 - MAX_OF_AN_ADDRESS))) this.#held.delete(code);
    if (this.#held.size >= MAX_REQUESTS) this.#held.delete(this.#oldestOfMost());
    const code = Buffer.from(this.#random(16)).toString('base64url');
    const letters = [...this.#random(8)].map((byte) => LETTERS[byte % LETTERS.length]!).join('');
    const held: Held = {
      code,
      compare: `${letters.slice(0, 4)}-${letters.slice(4)}`,
      device,
      address,
      createdMs,
      untilMs: createdMs + LOGIN_REQUEST_MS,
      verdict: 'open',
      verifierSha256,
    };
    this.#held.set(code, held);
    return held;
  }

  /** The code of the oldest request of the address that has most. */
  #oldestOfMost(): string {
    const byAddress = Map.groupBy(this.#held.values(), ({ address }) => address);
    const most = [...byAddress.values()].reduce((a, b) => (b.length > a.length ? b : a));
    return most[0]!.code;
  }

  /** Throws `login-request-unknown` where there is none, or it has ended. */
  find(code: string): LoginRequest {
    const held = this.#held.get(code);
    if (held === undefined || held.untilMs <= this.#clock()) throw new PeopleError('login-request-unknown');
    return held;
  }

  /** Decides an open request, once. Throws `login-request-unknown`, `login-request-decided`. */
  decide(code: string, verdict: 'refused' | Approval): void {
    if (this.find(code).verdict !== 'open') throw new PeopleError('login-request-decided');
    this.#held.set(code, { ...this.#held.get(code)!, verdict });
  }

  /**
   * The verdict, for the program that asked; a decided request is gone once `work` has done with
   * it. Throws `login-request-unknown`, also where the verifier is another one.
   */
  async collect<T>(code: string, verifier: string, work: (request: LoginRequest) => Promise<T>): Promise<T> {
    this.find(code);
    const held = this.#held.get(code)!;
    const shown = this.#hash(utf8Bytes(verifier));
    if (!timingSafeEqual(shown, fromHex('verifier', held.verifierSha256))) {
      throw new PeopleError('login-request-unknown');
    }
    if (held.verdict === 'open') return work(held);
    // at once: the key comes over once, also where two ask at the same time
    this.#held.delete(code);
    return work(held);
  }
}
