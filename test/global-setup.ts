import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes the verifier that services hand out, and the folder that the test files of one run share,
 * and removes the folder after the run.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'evl-test-run-'));
  process.env['TEST_RUN_FOLDER'] = folder;
  execFileSync(process.execPath, [join(import.meta.dirname, '..', 'scripts', 'bundle.ts'), 'evl-verify']);
  return () => rmSync(folder, { recursive: true, force: true });
}
