import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backUp, backUpIntoSeries, verifyBackups } from '../../compose/maintenance.ts';
import type { Backup } from '../../operations/backup.ts';
import type { KeepPolicy } from '../../operations/keep-policy.ts';
import type { VerifiedBackup } from '../../operations/verify-backup.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { OPERATOR, OPERATOR_HELP } from '../../text/operator.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { withLedgerErrors } from '../shell/errors.ts';
import type { Cli } from '../shell/context.ts';

/**
 * Copies the ledger, whether the service runs or not: into a new folder, or as one more backup into
 * the folder of all of them. With `--verify` it reads backups instead.
 */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('backup')
    .argument('[destination]', cli.format(OPERATOR_HELP.backupDestination))
    .option('--to <dir>', cli.format(OPERATOR_HELP.backupTo))
    .option('--keep-daily <n>', cli.format(OPERATOR_HELP.keepDaily))
    .option('--keep-weekly <n>', cli.format(OPERATOR_HELP.keepWeekly))
    .option('--keep-monthly <n>', cli.format(OPERATOR_HELP.keepMonthly))
    .option('--full', cli.format(OPERATOR_HELP.backupFull), false)
    .option('--with-keys', cli.format(OPERATOR_HELP.withKeys), false)
    .option('--verify', cli.format(OPERATOR_HELP.backupVerify), false)
    .action(
      cli.action((destination: string | undefined, flags: BackupFlags) =>
        withLedgerErrors(() => backup(cli, destination, flags)),
      ),
    );
}

interface BackupFlags {
  readonly to?: string;
  readonly keepDaily?: string;
  readonly keepWeekly?: string;
  readonly keepMonthly?: string;
  readonly full: boolean;
  readonly withKeys: boolean;
  readonly verify: boolean;
}

function backup(cli: Cli, destination: string | undefined, flags: BackupFlags): Promise<number> {
  const { backupDir } = cli.settings({ backupDir: flags.to });
  const keep = keepPolicy(flags);
  if (flags.verify) {
    const path = destination === undefined ? backupDir : resolve(destination);
    if (path === undefined) throw new LedgerError('backup-unnamed');
    return verify(cli, path);
  }
  if (destination !== undefined) return backUpAlone(cli, resolve(destination), flags, keep);
  if (backupDir === undefined) throw new LedgerError('backup-unnamed');
  return addToSeries(cli, backupDir, flags, keep);
}

async function backUpAlone(
  cli: Cli,
  destination: string,
  { to, full, withKeys }: BackupFlags,
  keep: KeepPolicy | undefined,
): Promise<number> {
  const option = to === undefined ? (keep === undefined ? (full ? '--full' : undefined) : '--keep-…') : '--to';
  if (option !== undefined) throw new LedgerError('backup-options', { option });
  const { dataDir, chainDir } = cli.settings();
  const made = await backUp({ dataDir, chainDir, destination, withKeys, onContent: progressOf(cli) });
  cli.output.json({ ok: true, backup: destination, ...printMade(cli, destination, made, withKeys) });
  return EXIT.ok;
}

async function addToSeries(
  cli: Cli,
  dir: string,
  { full, withKeys }: BackupFlags,
  keep: KeepPolicy | undefined,
): Promise<number> {
  const { dataDir, chainDir } = cli.settings();
  const onContent = progressOf(cli);
  const place = { dataDir, chainDir, dir, nowMs: Date.now() };
  const made = await backUpIntoSeries({ ...place, keep, isFull: full, withKeys, onContent });
  const { path, removed, unreadable, sharedFiles: shared } = made;
  const facts = printMade(cli, path, made, withKeys);
  cli.output.line(cli.format(OPERATOR.backupShared, { shared }));
  for (const each of removed) cli.output.line(cli.format(OPERATOR.backupRemoved, { dir: each }));
  for (const each of unreadable) cli.output.notice(cli.format(OPERATOR.backupUnreadable, { dir: each }), 'warn');
  cli.output.json({ ok: true, backup: path, ...facts, shared, removed, unreadable });
  return EXIT.ok;
}

/** What a backup holds, as lines; returns the same for JSON. */
function printMade(cli: Cli, dir: string, { manifest }: Backup, hasKeys: boolean) {
  const { contents } = manifest;
  const [size, root] = [manifest.size.toString(), toBase64(manifest.root)];
  cli.output.line(cli.format(OPERATOR.backedUp, { dir, size, root, contents }), 'good');
  cli.output.notice(cli.format(hasKeys ? OPERATOR.backupHasKeys : OPERATOR.backupHasNoKeys), 'warn');
  return { size, root, contents, hasKeys };
}

async function verify(cli: Cli, path: string): Promise<number> {
  const backups = await verifyBackups(path, progressOf(cli));
  if (backups.length === 0) throw new LedgerError('backup-none', { dir: path });
  for (const verified of backups) printVerified(cli, verified);
  const ok = backups.every(({ problems }) => problems.length === 0);
  cli.output.json({
    ok,
    backups: backups.map(({ path: each, manifest, problems }) => ({
      backup: each,
      ok: problems.length === 0,
      size: manifest?.size.toString() ?? null,
      problems: problems.map(({ code, message }) => ({ code, message: message[cli.lang] })),
    })),
  });
  return ok ? EXIT.ok : EXIT.inconsistent;
}

function printVerified(cli: Cli, { path, manifest, problems }: VerifiedBackup): void {
  if (manifest !== undefined && problems.length === 0) {
    const { size, contents } = manifest;
    cli.output.line(cli.format(OPERATOR.backupWhole, { dir: path, size, contents }), 'good');
  } else cli.output.line(cli.format(OPERATOR.backupNotWhole, { dir: path, problems: problems.length }), 'bad');
  for (const { code, message } of problems) {
    cli.output.line(cli.format(OPERATOR.backupProblem, { code, problem: message }), 'bad');
  }
}

function progressOf(cli: Cli): (done: number, total: number) => void {
  return (done, total) => cli.output.progress(cli.format(OPERATOR.fsckContents, { done, total }));
}

/** Undefined where no rule is given: nothing is removed. */
function keepPolicy({ keepDaily, keepWeekly, keepMonthly }: BackupFlags): KeepPolicy | undefined {
  if (keepDaily === undefined && keepWeekly === undefined && keepMonthly === undefined) return undefined;
  return {
    daily: countOf('--keep-daily', keepDaily),
    weekly: countOf('--keep-weekly', keepWeekly),
    monthly: countOf('--keep-monthly', keepMonthly),
  };
}

function countOf(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[0-9]{1,6}$/.test(value)) throw new LedgerError('setting-wrong', { name, value, kind: SETTING_KINDS.count });
  return Number(value);
}
