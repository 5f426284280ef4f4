import type { Directory } from '../../people/directory.ts';
import { foldName } from '../../people/fold-name.ts';
import type { Person } from '../../people/persons.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { BackOff } from './back-off.ts';
import type { Passwords } from './password.ts';

export interface Attempt {
  readonly name: string;
  readonly password: string;
  /** Where it comes from: an address, or the network part of an IPv6 one. */
  readonly address: string;
  /** The person whose known device it comes from. */
  readonly knownDeviceOf: string | undefined;
}

/**
 * Sign-ins by name and password. An unknown name costs the same hash and gets the same answer as a
 * wrong password; pauses are answered before anything is hashed.
 */
export class PasswordSignIn {
  readonly #directory: Directory;
  readonly #passwords: Passwords;
  readonly #backOff: BackOff;

  /** `clock`: milliseconds that never fall. */
  constructor(directory: Directory, passwords: Passwords, clock: () => number) {
    this.#directory = directory;
    this.#passwords = passwords;
    this.#backOff = new BackOff(clock);
  }

  /** The person; throws `sign-in-failed`, `sign-in-paused` or `sign-in-busy`. */
  async check({ name, password, address, knownDeviceOf }: Attempt): Promise<Person> {
    const person = this.#directory.personBySignInName(name);
    const isKnownDevice = person !== undefined && knownDeviceOf === person.id;
    // failures of strangers slow down neither the known device nor what comes from its address
    const keys = isKnownDevice ? [`device ${person.id}`] : [`name ${foldName(name)}`, `address ${address}`];
    const waitMs = Math.max(...keys.map((key) => this.#backOff.waitMs(key)));
    if (waitMs > 0) throw new LedgerError('sign-in-paused', { seconds: Math.ceil(waitMs / 1000) });
    for (const key of keys) this.#backOff.begin(key);
    const fits = await this.#passwords.fits(password, person?.passwordHash);
    if (!fits || person === undefined || person.hasLeft || !this.#isTaken(person)) {
      throw new LedgerError('sign-in-failed');
    }
    for (const key of keys) this.#backOff.succeed(key);
    return person;
  }

  /** After a restore only administrators sign in, until one of them has confirmed it. */
  #isTaken({ roles }: Person): boolean {
    return !this.#directory.isRestored() || roles.includes('admin');
  }
}
