import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Alarm, originHash } from '../../witness/ports.ts';
import { replaceFile } from './durable-file.ts';

const FORMAT = 'evidence-ledger/witness-evidence/v1';
/** Of one log and one kind: what anybody can send must not push aside what only the log can sign. */
const MAX_FILES = 100;
const SHORT = 16;

/**
 * Keeps what speaks against a log, one file for each checkpoint that it signed, durable when it resolves. `known`: of this checkpoint one is kept already.
 * `full`: as many are kept as may be.
 */
export async function keepEvidence(dir: string, alarm: Alarm, timeSeconds: bigint): Promise<'kept' | 'known' | 'full'> {
  const { origin, code, stored, submission } = alarm;
  const prefix = `${originHash(origin).slice(0, SHORT)}-${code}-`;
  const name = `${prefix}${hash('sha256', submission.note.text).slice(0, SHORT)}.json`;
  const kept = (await readdir(dir)).filter((file) => file.startsWith(prefix) && file.endsWith('.json'));
  if (kept.includes(name)) return 'known';
  if (kept.length >= MAX_FILES) return 'full';
  const evidence = {
    format: FORMAT,
    time: new Date(Number(timeSeconds) * 1000).toISOString(),
    origin,
    code,
    cosigned: stored?.note ?? null,
    request: submission.source,
  };
  await replaceFile(join(dir, name), `${JSON.stringify(evidence, null, 2)}\n`);
  return 'kept';
}
