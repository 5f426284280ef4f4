import { type AuditState, MAX_STATE_BYTES, parseState, stateJson } from '../../audit/audit-state.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { fileFailure, isAbsent } from '../../adapters/files/file-errors.ts';
import { appendToPath, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { readBounded } from '../../adapters/files/read-bounded.ts';
import { writeWholeFile } from '../../adapters/files/whole-file.ts';
import { exists } from './receipt-file.ts';

/** The auditor's memory on disk: the state, and beside it what speaks against the log. */

const MAX_EVIDENCE_FILES = 100;

/** Undefined where there is no such file yet. */
export async function readMemory(path: PathBytes): Promise<AuditState | 'unreadable' | undefined> {
  try {
    return parseState(await readBounded(path, MAX_STATE_BYTES));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (!(error instanceof ProtocolError)) throw error;
    return 'unreadable';
  }
}

/**
 * Audits that end beside each other may share the file: what another one has taken further
 * meanwhile stays.
 */
export async function writeMemory(path: PathBytes, state: AuditState): Promise<void> {
  const existing = await readMemory(path);
  if (typeof existing === 'object' && isFurther(existing, state)) return;
  await writeJson(path, stateJson(state));
}

function isFurther(existing: AuditState, state: AuditState): boolean {
  if (existing.checkpoint.origin !== state.checkpoint.origin) return false;
  if (existing.checkpoint.size !== state.checkpoint.size) return existing.checkpoint.size > state.checkpoint.size;
  return (existing.lastAnchor?.size ?? 0n) > (state.lastAnchor?.size ?? 0n);
}

/**
 * Writes evidence beside the state, never over earlier evidence; the path that it got. Undefined
 * where so much lies there that nobody reads it.
 */
export async function writeEvidence(state: PathBytes, evidence: JsonObject): Promise<string | undefined> {
  for (let count = 1; count <= MAX_EVIDENCE_FILES; count++) {
    const path = appendToPath(state, `.evidence-${count}.json`);
    if (await exists(path)) continue;
    await writeJson(path, evidence);
    return pathText(path).text;
  }
  return undefined;
}

async function writeJson(path: PathBytes, value: JsonObject): Promise<void> {
  try {
    await writeWholeFile(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw fileFailure('file-unwritable', path, error);
  }
}
