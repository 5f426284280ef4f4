import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cleanEnv } from '../cli/evl.ts';
import { hasPosix } from '../availability.ts';

/** `evl` as the handbook installs it from a checkout: a link to scripts/evl.mjs. */

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'evl-link-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.runIf(hasPosix())(
  'a link to it runs the program of the checkout, by the Node of the system or the pinned one',
  () => {
    const evl = join(folder, 'evl');
    symlinkSync(join(root, 'scripts', 'evl.mjs'), evl);
    const env = cleanEnv({ EVL_HOME: join(folder, 'home') });
    const nodes = [process.env['npm_node_execpath'] ?? 'node', process.execPath];
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    for (const node of nodes) {
      const text = execFileSync(node, [evl, '--version'], { cwd: folder, env, encoding: 'utf8' });
      expect([node, text]).toEqual([node, expect.stringContaining(version)]);
    }
  },
);
