import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes the pages and the verifier that services hand out, and the folder that the test files of
 * one run share, and removes the folder after the run.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'evl-test-run-'));
  process.env['TEST_RUN_FOLDER'] = folder;
  const scripts = join(import.meta.dirname, '..', 'scripts');
  execFileSync(process.execPath, [join(scripts, 'bundle.ts'), 'evl-verify']);
  execFileSync(process.execPath, [join(scripts, 'build-web.ts'), '--if-changed']);
  return () => rmSync(folder, { recursive: true, force: true });
}
