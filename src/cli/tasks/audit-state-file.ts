import { fileFailure, isAbsent } from '../../adapters/files/file-errors.ts';
import { appendToPath, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { writeWholeFile } from '../../adapters/files/whole-file.ts';
import { MAX_STATE_BYTES, parseState, stateJson } from '../../audit/audit-state.ts';
import type { AuditStore } from '../../auditor/ports.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { isTaken } from './receipt-file.ts';

/** Nobody reads more, and a log that contradicts itself at every pass must not fill the disk. */
const MAX_EVIDENCE_FILES = 100;

/** An auditor's state file; evidence is written next to it as `<file>.evidence-<n>.json`. */
export function auditStateFile(path: PathBytes): AuditStore {
  return {
    async readState() {
      try {
        return parseState(await readBoundedFile(path, MAX_STATE_BYTES));
      } catch (error) {
        if (isAbsent(error)) return undefined;
        if (!(error instanceof ProtocolError)) throw error;
        return 'unreadable';
      }
    },
    async writeState(state) {
      await writeJson(path, stateJson(state));
    },
    async addEvidence(evidence) {
      for (let count = 1; count <= MAX_EVIDENCE_FILES; count++) {
        const file = appendToPath(path, `.evidence-${count}.json`);
        if (await isTaken(file)) continue;
        await writeJson(file, evidence);
        return pathText(file).text;
      }
      return undefined;
    },
  };
}

async function writeJson(path: PathBytes, value: JsonObject): Promise<void> {
  try {
    await writeWholeFile(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw fileFailure('file-unwritable', path, error);
  }
}
