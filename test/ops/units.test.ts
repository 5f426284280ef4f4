import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/cli/settings/settings-table.ts';

/** The units of ops/ against the settings of ops/evl.yaml and the paths of the repository. */

const root = join(import.meta.dirname, '..', '..');
const UNITS = globSync('ops/*.service', { cwd: root });

/** The values of each key of a unit, in order; continued lines are one. */
function readUnit(file: string): Map<string, string[]> {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/\\\n\s*/g, '');
  const unit = new Map<string, string[]>();
  for (const [, key, value] of text.matchAll(/^([A-Za-z]+)=(.*)$/gm)) {
    unit.set(key!, [...(unit.get(key!) ?? []), value!]);
  }
  return unit;
}

const settings = parse(readFileSync(join(root, 'ops', 'evl.yaml'), 'utf8')) as Record<string, string>;
const ofLedger = UNITS.filter((file) => readUnit(file).get('User')?.[0] === 'evidence-ledger');

test('the settings file of the machine names settings that exist', () => {
  expect(Object.keys(settings).filter((name) => !Object.hasOwn(SETTINGS, name))).toEqual([]);
});

test.each(ofLedger)('%s takes no setting from its environment: commands would not have it', (file) => {
  const unit = readUnit(file);
  expect(unit.get('Environment')?.filter((variable) => variable.startsWith('EVL_'))).toEqual([]);
  expect(unit.get('EnvironmentFile')).toBeUndefined();
  expect(unit.get('WorkingDirectory')).toEqual([dirname(settings['dataDir']!)]);
});

test.each(UNITS)('%s runs a program of the checkout, and may write where it works', (file) => {
  const unit = readUnit(file);
  for (const command of unit.get('ExecStart')!) {
    const program = command.replaceAll('/opt/evidence-ledger/', '').split(' ')[1]!;
    expect([program, existsSync(join(root, program))]).toEqual([program, true]);
  }
  const writable = unit.get('ReadWritePaths')![0]!.split(' ');
  expect(writable).toContain(`/var/lib/${unit.get('StateDirectory')![0]}`);
  const isBackup = unit.get('ExecStart')!.some((command) => command.includes(' backup'));
  if (isBackup) expect(writable).toContain(settings['backupDir']);
});

test.each(globSync('ops/*.timer', { cwd: root }))('%s has a service of its name', (timer) => {
  expect(UNITS).toContain(timer.replace(/\.timer$/, '.service'));
});
