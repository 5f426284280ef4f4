import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, parseJson } from '../../protocol/encoding/json.ts';
import { list, members, text, wrong } from '../../protocol/encoding/shape.ts';
import { formatVkey, parseVkey } from '../../protocol/note/vkey.ts';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { WatchedLogs, WitnessedLog } from '../../witness/ports.ts';
import { isAbsent } from '../files/file-errors.ts';
import { replaceFile } from '../files/replace-file.ts';

/** The paths in a witness's folder. */
export interface WitnessPaths {
  readonly dir: string;
  readonly lock: string;
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
  for (const dir of [paths.state, paths.evidence]) mkdirSync(dir, { recursive: true, mode: 0o700 });
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
