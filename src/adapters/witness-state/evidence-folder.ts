import { hash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Alarm, originHash } from '../../witness/ports.ts';
import { replaceFile } from './durable-file.ts';

const FORMAT = 'evidence-ledger/witness-evidence/v1';
/**
 * Of one log and one kind: what anybody can send must not push aside what only the log can sign.
 */
const MAX_FILES = 100;
/**
 * Of what anybody can send these stay for good, and of the rest the newest: neither what came first
 * nor what comes now is lost to a flood.
 */
const FIRST_FILES = 50;
const SHORT = 16;

/**
 * Keeps what speaks against a log, one file for each checkpoint that it signed, durable when it
 * resolves. `known`: of this checkpoint one is kept already. `full`: as many are kept as may be; a
 * proof that is wrong takes the place of another.
 */
export async function keepEvidence(dir: string, alarm: Alarm, timeSeconds: bigint): Promise<'kept' | 'known' | 'full'> {
  const { origin, code, stored, submission } = alarm;
  const prefix = `${originHash(origin).slice(0, SHORT)}-${code}-`;
  const name = `${prefix}${hash('sha256', submission.note.text).slice(0, SHORT)}.json`;
  const kept = (await readdir(dir)).filter((file) => file.startsWith(prefix) && file.endsWith('.json'));
  if (kept.includes(name)) return 'known';
  const isFull = kept.length >= MAX_FILES;
  if (isFull && code !== 'proof-wrong') return 'full';
  const evidence = {
    format: FORMAT,
    time: new Date(Number(timeSeconds) * 1000).toISOString(),
    origin,
    code,
    cosigned: stored?.note ?? null,
    request: submission.source,
  };
  await replaceFile(join(dir, name), `${JSON.stringify(evidence, null, 2)}\n`);
  if (!isFull) return 'kept';
  await makeRoom(dir, [...kept, name]);
  return 'full';
}

async function makeRoom(dir: string, names: readonly string[]): Promise<void> {
  const files = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(dir, name), { bigint: true })).mtimeNs })),
  );
  const oldestFirst = files.toSorted((a, b) => Number(a.time - b.time));
  const surplus = oldestFirst.slice(FIRST_FILES, FIRST_FILES + names.length - MAX_FILES);
  for (const { name } of surplus) await rm(join(dir, name), { force: true });
}
