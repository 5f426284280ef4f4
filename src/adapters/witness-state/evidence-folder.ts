import { hash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { originHash } from '../../protocol/note/add-checkpoint.ts';
import type { Alarm } from '../../witness/ports.ts';
import { replaceFile } from '../files/replace-file.ts';

const FORMAT = 'evidence-ledger/witness-evidence/v1';
/**
 * Limit for one log and one code: evidence that any client can cause must not displace evidence
 * that only the log can cause.
 */
const MAX_FILES = 100;
/**
 * Of the evidence that any client can cause the first files stay for good, and of the rest the
 * newest: a flood displaces neither the earliest nor the latest.
 */
const FIRST_FILES = 50;
const HASH_CHARS = 16;

/**
 * Keeps the evidence of an alarm, one file for each checkpoint, durable when it resolves. `known`:
 * there is a file for this checkpoint already. `full`: the limit is reached; a wrong proof
 * displaces another one, and other evidence is not kept.
 */
export async function keepEvidence(dir: string, alarm: Alarm, timeSeconds: bigint): Promise<'kept' | 'known' | 'full'> {
  const { origin, code, stored, submission } = alarm;
  const prefix = `${originHash(origin).slice(0, HASH_CHARS)}-${code}-`;
  const name = `${prefix}${hash('sha256', submission.note.text).slice(0, HASH_CHARS)}.json`;
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
  await removeSurplus(dir, [...kept, name]);
  return 'full';
}

async function removeSurplus(dir: string, names: readonly string[]): Promise<void> {
  const files = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(dir, name), { bigint: true })).mtimeNs })),
  );
  const oldestFirst = files.toSorted((a, b) => Number(a.time - b.time));
  const surplus = oldestFirst.slice(FIRST_FILES, FIRST_FILES + names.length - MAX_FILES);
  for (const { name } of surplus) await rm(join(dir, name), { force: true });
}
