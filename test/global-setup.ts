import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes the pages, and the folder that the test files of one run share, and removes that after the
 * run.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'evl-test-run-'));
  process.env['TEST_RUN_FOLDER'] = folder;
  execFileSync(process.execPath, [join(import.meta.dirname, '..', 'scripts', 'build-web.ts'), '--if-changed']);
  return () => rmSync(folder, { recursive: true, force: true });
}
