import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProgram } from './bundle-program.ts';
import { ROOT, VERSION } from './bundler/project.ts';

/**
 * Writes the package `evidence-ledger-client`: the commands of people who work with a ledger that
 * is elsewhere, without dependencies. `npm pack` there makes the tarball.
 *
 * @returns the size of the program in bytes
 */
export async function writeClientPackage(folder: string): Promise<number> {
  const { code } = await bundleProgram('scripts/evl-client.ts');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'evl.mjs');
  writeFileSync(program, Buffer.concat([Buffer.from('#!/usr/bin/env node\n'), code]));
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(MANIFEST, null, 2)}\n`);
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'README.md'), README);
  return code.length;
}

const MANIFEST = {
  name: 'evidence-ledger-client',
  version: VERSION,
  description: 'Registers, finds, verifies and audits evidence in an evidence ledger that runs elsewhere.',
  license: 'Apache-2.0',
  type: 'module',
  bin: { evl: 'evl.mjs' },
  engines: { node: '>=20' },
};

const README = `# evidence-ledger-client

在别处运行的存证系统的命令行：登记（add）、查找（list、show）、核验（verify、check）、哈希（hash）、回执（receipt）、核验基准文件（trust）、审计（audit）。
不依赖其他软件包，需要 Node 20 或更新版本。用法：\`evl help\`。

The command line for an evidence ledger that runs elsewhere: add, list, show, verify, check, hash, receipt, trust, audit.
It has no dependencies and needs Node 20 or newer.
Usage: \`evl help --lang en\`.
`;
