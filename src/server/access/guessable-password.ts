import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import type { Directory } from '../../people/directory.ts';

/** What an attacker tries at this service before anything else. */
const WORDS_OF_THE_SERVICE = ['evidence', 'ledger', 'evidence-ledger', 'evl', '存证', '证据', '存证系统'];

/** A password that is found sooner is refused; twelve random letters have 10^16. */
const MIN_GUESSES = 1e10;

let estimator: Promise<ZxcvbnFactory> | undefined;

/**
 * Whether a password is found in fewer than 10^10 guesses by those who know `about`: as one that
 * was stolen elsewhere, or as words, rows of keys, dates and repetitions put together (zxcvbn:
 * Wheeler, USENIX Security 2016). Takes up to 250 ms of CPU for the longest passwords.
 */
export async function isGuessable(password: string, about: readonly string[]): Promise<boolean> {
  const loaded = await (estimator ??= loadEstimator());
  return loaded.check(password.normalize('NFC'), [...WORDS_OF_THE_SERVICE, ...about]).guesses < MIN_GUESSES;
}

/** The names of a person and of the organisation: none of them makes a password better. */
export function wordsAbout(directory: Directory, id: string): readonly string[] {
  const person = directory.person(id);
  const organisation = person && directory.organisation(person.organisation);
  return [person?.signInName, person?.name, person?.contact, organisation?.name].filter((each) => each !== undefined);
}

/** Read when the first password is set: some 40 MiB of memory and 0.2 s. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Factory({ dictionary, graphs: adjacencyGraphs });
}
