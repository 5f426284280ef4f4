import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, parseJson } from '../../protocol/encoding/json.ts';
import { list, members, text, wrong } from '../../protocol/encoding/shape.ts';
import { formatVkey, parseVkey } from '../../protocol/note/vkey.ts';
import { type WitnessedLog, WitnessError } from '../../witness/ports.ts';
import { replaceFile } from './durable-file.ts';

/** Where things lie in a witness's folder. */
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

/** The folders of a new witness, and that it watches no log. */
export async function createWitnessFolders(paths: WitnessPaths): Promise<void> {
  for (const dir of [paths.state, paths.evidence]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  await writeLogs(paths, []);
}

export function readLogs(paths: WitnessPaths): readonly WitnessedLog[] {
  let source: Uint8Array;
  try {
    source = readFileSync(paths.logs);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new WitnessError('witness-missing', `there is no witness in ${paths.dir}`, { cause });
    throw unreadable(paths, cause);
  }
  try {
    return parseLogs(parseJson('logs', source, MAX_BYTES));
  } catch (cause) {
    throw unreadable(paths, cause);
  }
}

export async function writeLogs(paths: WitnessPaths, logs: readonly WitnessedLog[]): Promise<void> {
  const written = logs.map(({ origin, keys }) => ({ origin, keys: keys.map(formatVkey) }));
  await replaceFile(paths.logs, `${JSON.stringify({ format: FORMAT, logs: written }, null, 2)}\n`);
}

function parseLogs(value: Json): readonly WitnessedLog[] {
  const { format, logs } = members('logs', value, ['format', 'logs']);
  if (format !== FORMAT) throw wrong(`format should be ${FORMAT}`);
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

function unreadable({ logs }: WitnessPaths, cause: unknown): WitnessError {
  return new WitnessError('witness-logs-unreadable', `${logs} cannot be read: ${(cause as Error).message}`, { cause });
}
