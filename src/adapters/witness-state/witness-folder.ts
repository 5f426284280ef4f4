import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, parseJson } from '../../protocol/encoding/json.ts';
import { list, members, text, wrong } from '../../protocol/encoding/shape.ts';
import { formatVkey, parseVkey } from '../../protocol/note/vkey.ts';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { WatchedLogs, WitnessedLog } from '../../witness/ports.ts';
import { isAbsent } from '../files/file-errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import { replaceFile } from '../files/replace-file.ts';

/** The paths in a witness's folder. */
export interface WitnessPaths {
  readonly dir: string;
  /** Held by a witness that runs. */
  readonly lock: string;
  /** Held while the list of logs is changed, which a witness that runs takes over. */
  readonly changes: string;
  readonly key: string;
  /** The logs that are watched, and their keys. */
  readonly logs: string;
  readonly state: string;
  readonly evidence: string;
}

export function witnessPaths(dir: string): WitnessPaths {
  return {
    dir,
    lock: join(dir, 'lock'),
    changes: join(dir, 'changes.lock'),
    key: join(dir, 'witness.key'),
    logs: join(dir, 'logs.json'),
    state: join(dir, 'state'),
    evidence: join(dir, 'evidence'),
  };
}

const FORMAT = 'evidence-ledger/witness-logs/v1';
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LOGS = 10_000;
const MAX_KEYS = 100;
const MAX_TEXT_BYTES = 1024;

/** Creates the folders of a new witness, with an empty list of logs. */
export async function createWitnessFolders(paths: WitnessPaths): Promise<void> {
  for (const dir of [paths.state, paths.evidence]) makeFolder(dir, 0o700);
  await watchedLogs(paths).write([]);
}

/** The list of logs in `logs.json`. */
export function watchedLogs(paths: WitnessPaths): WatchedLogs {
  return {
    read: () => readLogs(paths),
    async write(logs) {
      const written = logs.map(({ origin, keys }) => ({ origin, keys: keys.map(formatVkey) }));
      await replaceFile(paths.logs, `${JSON.stringify({ format: FORMAT, logs: written }, null, 2)}\n`);
    },
  };
}

export interface FollowedLogs {
  /** The logs as the list has them now; the same array until it changes. Throws as `read` does. */
  readonly now: () => readonly WitnessedLog[];
  /** Those that were read last. */
  readonly last: () => readonly WitnessedLog[];
}

/**
 * Follows the list of logs, which others replace: it is read again whenever its file is another
 * one. `onChange` gets each new list, or why it cannot be read, once.
 */
export function followLogs(
  paths: WitnessPaths,
  onChange: (result: readonly WitnessedLog[] | LedgerError) => void,
): FollowedLogs {
  let stamp = stampOf(paths.logs);
  let last = readLogs(paths);
  let fault: LedgerError | undefined;
  const readAgain = (): void => {
    try {
      last = readLogs(paths);
      fault = undefined;
      onChange(last);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      fault = error;
      onChange(error);
    }
  };
  return {
    now() {
      const found = stampOf(paths.logs);
      if (found !== stamp) {
        stamp = found;
        readAgain();
      }
      if (fault !== undefined) throw fault;
      return last;
    },
    last: () => last,
  };
}

/** Differs for every file that takes the place; empty where there is none. */
function stampOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
}

function readLogs({ dir, logs: file }: WitnessPaths): readonly WitnessedLog[] {
  try {
    return parseLogs(parseJson('logs', readFileSync(file), MAX_BYTES));
  } catch (cause) {
    if (isAbsent(cause)) throw new LedgerError('witness-missing', { dir, cause });
    throw new LedgerError('witness-logs-unreadable', { file, reason: errorText(cause), cause });
  }
}

function parseLogs(value: Json): readonly WitnessedLog[] {
  const { format, logs } = members('logs', value, ['format', 'logs']);
  if (format !== FORMAT) throw wrong(`format should be ${FORMAT}`, { place: 'format', expected: FORMAT });
  const parsed = list('logs', logs, MAX_LOGS).map((item): WitnessedLog => {
    const { origin, keys } = members('log', item, ['origin', 'keys']);
    return {
      origin: text('origin', origin, MAX_TEXT_BYTES),
      keys: list('keys', keys, MAX_KEYS).map((key) => parseVkey(text('key', key, MAX_TEXT_BYTES))),
    };
  });
  if (new Set(parsed.map(({ origin }) => origin)).size !== parsed.length) throw wrong('a log is named twice');
  return parsed;
}
