import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { isGuessable } from './guessable-password.ts';
import { Slots } from '../../http/slots.ts';
import type { RandomBytes } from '../../log/ports.ts';
import { PeopleError } from '../../text/people-error.ts';

/**
 * Passwords as Argon2id hashes in the PHC string format. 19 MiB, two passes and one lane are the
 * least that the OWASP Password Storage Cheat Sheet (2024) recommends.
 */

const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
export const MIN_PASSWORD_CHARACTERS = 12;
export const MAX_PASSWORD_CHARACTERS = 128;
const PHC =
  /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

const derive = promisify(argon2);

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const COST: Cost = { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES };

/**
 * Hashes and compares passwords, at most two at once; the others wait, and those that find too many
 * waiting are refused with `sign-in-busy`.
 */
export class Passwords {
  readonly #slots: Slots;
  readonly #random: RandomBytes;
  /** How many were hashed, known names or not: a test counts them. */
  hashed = 0;

  constructor(random: RandomBytes, slots: Slots) {
    this.#random = random;
    this.#slots = slots;
  }

  /**
   * The hash of a new password, of somebody who has a link or a session; `about` are names that an
   * attacker tries. Throws `password-too-short`, `password-too-long`, `password-common`.
   */
  async hash(password: string, about: readonly string[]): Promise<string> {
    await requireGoodPassword(password, about);
    const salt = this.#random(SALT_BYTES);
    return formatPhc(salt, await this.#derive(password, salt, COST, true));
  }

  /**
   * Whether it is the password; a missing hash costs the same and fits nothing. `isKnownDevice`: it
   * may wait in the places that strangers do not get.
   */
  async fits(password: string, phc: string | undefined, isKnownDevice = false): Promise<boolean> {
    const known = phc === undefined ? undefined : parsePhc(phc);
    const salt = known?.salt ?? this.#random(SALT_BYTES);
    const tag = await this.#derive(password, salt, known?.cost ?? COST, isKnownDevice);
    return timingSafeEqual(tag, known?.tag ?? this.#random(TAG_BYTES)) && known !== undefined;
  }

  #derive(password: string, nonce: Uint8Array, cost: Cost, isPreferred: boolean): Promise<Buffer> {
    const work = () => {
      this.hashed++;
      const message = password.normalize('NFC').slice(0, MAX_PASSWORD_CHARACTERS * 2);
      return derive('argon2id', { message, nonce, tagLength: TAG_BYTES, ...cost });
    };
    return this.#slots.run(work, { isPreferred });
  }
}

async function requireGoodPassword(password: string, about: readonly string[]): Promise<void> {
  const { length } = Array.from(password.normalize('NFC'));
  if (length < MIN_PASSWORD_CHARACTERS) {
    throw new PeopleError('password-too-short', { length, min: MIN_PASSWORD_CHARACTERS });
  }
  if (length > MAX_PASSWORD_CHARACTERS) {
    throw new PeopleError('password-too-long', { length, max: MAX_PASSWORD_CHARACTERS });
  }
  if (await isGuessable(password, about)) throw new PeopleError('password-common');
}

function formatPhc(salt: Uint8Array, tag: Uint8Array): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(salt)}$${base64(tag)}`;
}

function parsePhc(phc: string): { readonly cost: Cost; readonly salt: Buffer; readonly tag: Buffer } | undefined {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(phc) ?? [];
  if (tag === undefined) return undefined;
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt!, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}
