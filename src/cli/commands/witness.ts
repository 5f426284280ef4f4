import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Command } from 'commander';
import {
  createWitness,
  openWitnessFolder,
  registerLogIn,
  removeLogKeyIn,
  type WitnessView,
} from '../../compose/witness-folder.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { formatTypedVkey, formatVkey, parseVkey, type VerifierKey } from '../../protocol/note/vkey.ts';
import { WITNESS, WITNESS_HELP } from '../../text/witness.ts';
import type { CosignedCheckpoint, WitnessedLog } from '../../witness/ports.ts';
import type { Cli } from '../shell/context.ts';
import { parseErrorText } from '../../text/error-text.ts';
import type { Settings, SettingTexts } from '../settings/settings.ts';
import { withLedgerErrors } from '../shell/errors.ts';
import { serveWitness } from '../tasks/serve-witness.ts';

interface Flags {
  readonly dir?: string;
  readonly host?: string;
  readonly port?: string;
}

export function addCommand(program: Command, cli: Cli): void {
  const witness = program.command('witness');
  const dir = ['--dir <dir>', cli.format(WITNESS_HELP.dir)] as const;
  witness
    .command('init')
    .description(cli.format(WITNESS_HELP.init))
    .requiredOption('--name <name>', cli.format(WITNESS_HELP.name))
    .option(...dir)
    .action(cli.action(async (flags: Flags & { name: string }) => withLedgerErrors(() => init(cli, flags))));
  witness
    .command('add-log')
    .description(cli.format(WITNESS_HELP.addLog))
    .argument('<vkey>', cli.format(WITNESS_HELP.vkey))
    .option('--origin <origin>', cli.format(WITNESS_HELP.origin))
    .option(...dir)
    .action(
      cli.action(async (vkey: string, flags: Flags & { origin?: string }) =>
        withLedgerErrors(() => addLog(cli, vkey, flags)),
      ),
    );
  witness
    .command('remove-key')
    .description(cli.format(WITNESS_HELP.removeKey))
    .argument('<vkey>', cli.format(WITNESS_HELP.vkey))
    .option('--origin <origin>', cli.format(WITNESS_HELP.origin))
    .option(...dir)
    .action(
      cli.action(async (vkey: string, flags: Flags & { origin?: string }) =>
        withLedgerErrors(() => removeKey(cli, vkey, flags)),
      ),
    );
  witness
    .command('show')
    .description(cli.format(WITNESS_HELP.show))
    .option(...dir)
    .action(cli.action(async (flags: Flags) => withLedgerErrors(() => show(cli, flags))));
  witness
    .command('serve')
    .description(cli.format(WITNESS_HELP.serve))
    .option(...dir)
    .option('--host <host>', cli.format(WITNESS_HELP.host))
    .option('--port <port>', cli.format(WITNESS_HELP.port))
    .action(
      cli.action(async (flags: Flags) => withLedgerErrors(() => serveWitness(cli, settingsOf(cli, flags))), {
        handlesSignals: true,
      }),
    );
}

function settingsOf(cli: Cli, { dir, host, port }: Flags): Settings {
  const flags: SettingTexts = { witnessDir: dir, witnessHost: host, witnessPort: port };
  return cli.settings(flags);
}

async function init(cli: Cli, flags: Flags & { readonly name: string }): Promise<number> {
  const { witnessDir: dir } = settingsOf(cli, flags);
  const { key, keyFile } = await createWitness(dir, flags.name);
  const vkey = formatTypedVkey(key);
  cli.output.notice(cli.format(WITNESS.created, { name: key.name, dir }));
  cli.output.line(vkey);
  cli.output.notice(cli.format(WITNESS.giveVkey, { file: keyFile }), 'warn');
  cli.output.json({ dir, name: key.name, vkey });
  return EXIT.ok;
}

async function addLog(cli: Cli, vkey: string, flags: Flags & { readonly origin?: string }): Promise<number> {
  const { witnessDir } = settingsOf(cli, flags);
  const key = parseLogKey(vkey);
  const { latest, ...log } = await registerLogIn(witnessDir, flags.origin ?? key.name, key);
  printLog(cli, log, latest);
  cli.output.json(logJson(log, latest));
  return EXIT.ok;
}

async function removeKey(cli: Cli, vkey: string, flags: Flags & { readonly origin?: string }): Promise<number> {
  const { witnessDir } = settingsOf(cli, flags);
  const key = parseLogKey(vkey);
  const { origin, keys } = await removeLogKeyIn(witnessDir, flags.origin ?? key.name, key);
  cli.output.line(cli.format(WITNESS.keyRemoved, { origin, keys: keys.length }), 'good');
  cli.output.json({ origin, keys: keys.map(formatVkey) });
  return EXIT.ok;
}

function parseLogKey(vkey: string): VerifierKey {
  try {
    return parseVkey(vkey);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LedgerError('vkey-wrong', { vkey: vkey.slice(0, 200), reason: parseErrorText(error) });
  }
}

/** May run while the witness runs; exit 5 where the state of a log cannot be used. */
async function show(cli: Cli, flags: Flags): Promise<number> {
  const { witnessDir } = settingsOf(cli, flags);
  const { key, logs, latest } = await openWitnessFolder(witnessDir);
  cli.output.line(formatTypedVkey(key));
  if (logs.length === 0) cli.output.notice(cli.format(WITNESS.watchesNothing));
  const items = [];
  for (const log of logs) items.push(await showLog(cli, log, latest));
  cli.output.json({ name: key.name, vkey: formatTypedVkey(key), logs: items });
  return items.some((item) => 'problem' in item) ? EXIT.inconsistent : EXIT.ok;
}

async function showLog(cli: Cli, log: WitnessedLog, latestOf: WitnessView['latest']): Promise<object> {
  try {
    const latest = await latestOf(log.origin);
    printLog(cli, log, latest);
    return logJson(log, latest);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const { code, text } = error;
    const message = text[cli.lang];
    cli.output.line(cli.format(WITNESS.unusable, { origin: log.origin, code, message: text }), 'bad');
    return { origin: log.origin, keys: log.keys.map(formatVkey), problem: { code, message } };
  }
}

function printLog(cli: Cli, { origin, keys }: WitnessedLog, latest: CosignedCheckpoint | undefined): void {
  cli.output.line(cli.format(WITNESS.watches, { origin, keys: keys.length, size: latest?.size ?? 0n }));
  if (latest === undefined) return;
  cli.output.line(`  ${cli.format(WITNESS.lastAt, { time: timeOf(latest), root: toBase64(latest.root) })}`);
}

function logJson({ origin, keys }: WitnessedLog, latest: CosignedCheckpoint | undefined): object {
  return {
    origin,
    keys: keys.map(formatVkey),
    size: (latest?.size ?? 0n).toString(),
    root: latest === undefined ? null : toBase64(latest.root),
    time: latest === undefined ? null : timeOf(latest),
  };
}

function timeOf({ timeSeconds }: CosignedCheckpoint): string {
  const time = new Date(Number(timeSeconds) * 1000);
  return Number.isNaN(time.getTime()) ? `${timeSeconds}s` : time.toISOString();
}
