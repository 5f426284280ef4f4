import type { Directory } from '../../people/directory.ts';
import { foldName } from '../../people/fold-name.ts';
import type { Person } from '../../people/persons.ts';
import { PeopleError } from '../../text/people-error.ts';
import { BackOff } from './back-off.ts';
import type { Passwords } from './password.ts';

const FREE_FOR_A_NAME = 5;
/** A whole office may come from one address. */
const FREE_FOR_AN_ADDRESS = 50;

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
  readonly #ofNames: BackOff;
  readonly #ofAddresses: BackOff;

  /** `clock`: milliseconds that never fall. */
  constructor(directory: Directory, passwords: Passwords, clock: () => number) {
    this.#directory = directory;
    this.#passwords = passwords;
    this.#ofNames = new BackOff(clock, FREE_FOR_A_NAME);
    this.#ofAddresses = new BackOff(clock, FREE_FOR_AN_ADDRESS);
  }

  /** The person; throws `sign-in-failed`, `sign-in-paused` or `sign-in-busy`. */
  async check({ name, password, address, knownDeviceOf }: Attempt): Promise<Person> {
    const person = this.#directory.personBySignInName(name);
    const isKnownDevice = person !== undefined && knownDeviceOf === person.id;
    // failures of strangers slow down neither the known device nor what comes from its address
    const counted: [BackOff, string][] = isKnownDevice
      ? [[this.#ofNames, `device ${person.id}`]]
      : [
          [this.#ofNames, `name ${foldName(name)}`],
          [this.#ofAddresses, address],
        ];
    const waitMs = Math.max(...counted.map(([backOff, key]) => backOff.waitMs(key)));
    const seconds = Math.ceil(waitMs / 1000);
    if (seconds > 0) throw new PeopleError('sign-in-paused', { seconds, retryAfterSeconds: seconds });
    for (const [backOff, key] of counted) backOff.begin(key);
    const fits = await this.#passwords.fits(password, person?.passwordHash, isKnownDevice);
    if (!fits || person === undefined || !maySignIn(this.#directory, person)) {
      throw new PeopleError('sign-in-failed');
    }
    for (const [backOff, key] of counted) backOff.succeed(key);
    return person;
  }
}

/**
 * Whether a person may sign in at all: after a restore only administrators, until one of them has
 * confirmed it.
 */
export function maySignIn(directory: Directory, { hasLeft, roles }: Person): boolean {
  return !hasLeft && (!directory.isRestored() || roles.includes('admin'));
}
