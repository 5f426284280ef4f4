import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the folder that the test files of one run share, and removes it after the run. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'evl-test-run-'));
  process.env['TEST_RUN_FOLDER'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
